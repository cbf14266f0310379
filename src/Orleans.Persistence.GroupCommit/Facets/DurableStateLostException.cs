namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// The write under an answer failed, conflicted or ended ambiguously; the activation is being replaced by one that reads what is
/// stored. Repeating the call is safe when the call is idempotent.
/// </summary>
[GenerateSerializer, Alias("Orleans.Persistence.GroupCommit.DurableStateLostException")]
public sealed class DurableStateLostException : Exception
{
    /// <summary>For serialization and for tests.</summary>
    public DurableStateLostException() { }

    /// <param name="message">What happened, with the grain's id.</param>
    public DurableStateLostException(string message) : base(message) { }

    /// <param name="message">What happened, with the grain's id.</param>
    /// <param name="inner">The database's own error.</param>
    public DurableStateLostException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>The bounded queue before the database stayed full for longer than <see cref="GroupCommitOptions.EnqueueTimeout"/>.</summary>
[GenerateSerializer, Alias("Orleans.Persistence.GroupCommit.GroupCommitQueueFullException")]
public sealed class GroupCommitQueueFullException : Exception
{
    /// <summary>For serialization and for tests.</summary>
    public GroupCommitQueueFullException() { }

    /// <param name="message">How long the queue has been full.</param>
    public GroupCommitQueueFullException(string message) : base(message) { }

    /// <param name="message">How long the queue has been full.</param>
    /// <param name="inner">What keeps the database from answering, when known.</param>
    public GroupCommitQueueFullException(string message, Exception? inner) : base(message, inner) { }
}
