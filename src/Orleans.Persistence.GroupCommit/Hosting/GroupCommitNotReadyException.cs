namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// The database cannot be used yet, and somebody may still bring what is missing: the server, the database, the role and its rights, or the tables.
/// Whoever starts may wait and try again.
/// </summary>
public sealed class GroupCommitNotReadyException : GroupCommitStartException
{
    internal GroupCommitNotReadyException(string message, Exception? cause = null, string? missingSchema = null) : base(message, cause) => MissingSchema = missingSchema;

    /// <summary>What is wrong with the tables, without a full stop, when all that is missing is that somebody applies the schema; otherwise null.</summary>
    public string? MissingSchema { get; }
}
