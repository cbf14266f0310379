namespace Orleans.Persistence.GroupCommit;

/// <summary>Where a crash leaves a write, an event or a scheduled message half done. What follows from each is in docs/crash-points.md.</summary>
public static class GroupCommitCrashPoints
{
    internal static readonly CrashPoint SchemaApplied = new("schema-applied/not-open");

    internal static readonly CrashPoint BatchGathered = new("batch-gathered/not-written");
    internal static readonly CrashPoint BatchWritten = new("batch-written/not-committed");
    internal static readonly CrashPoint EventsCommitted = new("events-committed/not-handed-over");
    internal static readonly CrashPoint BatchCommitted = new("batch-committed/not-answered");

    internal static readonly CrashPoint EventsTaken = new("events-taken/not-delivered");
    internal static readonly CrashPoint EventsDelivered = new("events-delivered/position-not-stored");

    internal static readonly CrashPoint MessageRead = new("message-read/not-called");
    internal static readonly CrashPoint MessageCalled = new("message-called/row-not-settled");

    /// <summary>All of them, in the order of a write's life.</summary>
    public static IReadOnlyList<CrashPoint> All => CrashPoint.AllOf(typeof(GroupCommitCrashPoints));
}
