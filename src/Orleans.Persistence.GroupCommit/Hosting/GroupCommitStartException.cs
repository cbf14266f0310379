namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// The store cannot start on its database, for a reason that a person can put right: the message says what it is, in a sentence that can be
/// shown as it stands. When time may put it right, too, it is a <see cref="GroupCommitNotReadyException"/>.
/// </summary>
public class GroupCommitStartException : InvalidOperationException
{
    internal GroupCommitStartException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}
