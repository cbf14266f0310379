namespace Orleans.Persistence.GroupCommit;

/// <summary>How a projection is run. Validated when the silo starts.</summary>
public sealed class DurableProjectionOptions
{
    /// <summary>
    /// Of the projection's code: a larger one than that of the rows resets it, and all is made anew. Default 1. A silo with a smaller one
    /// leaves the projection to the others; after a rollback, <see cref="IDurableProjections.Reset"/> makes it the earlier release's again.
    /// </summary>
    public int Version { get; set; } = 1;

    /// <summary>How many entries may be applied in one transaction. Default 500. Larger: fewer commits, longer transactions.</summary>
    public int MaximumBatch { get; set; } = 500;

    /// <summary>How long one call may take before it counts as failed. Default 10 s.</summary>
    public TimeSpan ApplyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often an entry that fails alone is tried before the projection counts as stopped, or the entry is set aside. Default 5. While
    /// the database is unavailable nothing counts.
    /// </summary>
    public int Attempts { get; set; } = 5;

    /// <summary>The first pause after a failure; it doubles with every further one. Default 200 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The longest of these pauses; a stopped projection tries again as often as this, so that it goes on once the cause is mended. Default
    /// 1 min.
    /// </summary>
    public TimeSpan RetryLimit { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Goes past an entry that cannot be applied, and keeps it with its reason (<see cref="IDurableProjections.ReadSetAside"/>). Default
    /// false: the projection stops before it.
    /// </summary>
    public bool SetsAside { get; set; }
}
