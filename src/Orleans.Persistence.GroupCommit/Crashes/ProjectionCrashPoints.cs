namespace Orleans.Persistence.GroupCommit;

/// <summary>Where a crash leaves a projection half done. What follows from each is in docs/crash-points.md.</summary>
public static class ProjectionCrashPoints
{
    internal static readonly CrashPoint RowsReset = new("projection-reset/not-committed");
    internal static readonly CrashPoint EntriesRead = new("entries-read/not-applied");
    internal static readonly CrashPoint EntriesApplied = new("entries-applied/position-not-written");
    internal static readonly CrashPoint PositionWritten = new("projection-written/not-committed");
    internal static readonly CrashPoint EntriesCommitted = new("projection-committed/not-noticed");
    internal static readonly CrashPoint EntrySetAside = new("entry-set-aside/not-committed");

    /// <summary>All of them, in the order of an entry's way.</summary>
    public static IReadOnlyList<CrashPoint> All => CrashPoint.AllOf(typeof(ProjectionCrashPoints));
}
