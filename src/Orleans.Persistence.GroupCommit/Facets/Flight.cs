namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// One request of a grain to the database and all who wait for it. It ends on the grain's scheduler, and those who wait there go on at once,
/// in the same turn, without another trip through the thread pool.
/// </summary>
internal sealed class Flight : TaskCompletionSource
{
    /// <summary>Whether it carries a commit; otherwise it only asks for the stored version.</summary>
    public bool Writes { get; set; }

    /// <summary>The database's answer, once it has departed.</summary>
    public Task<bool> Answer { get; set; } = Task.FromResult(false);
}
