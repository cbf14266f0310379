namespace Orleans.Persistence.GroupCommit.Outbox;

/// <param name="Queue">How many undelivered rows of a queue may be in memory.</param>
/// <param name="Stream">How many of them may be of one stream.</param>
/// <param name="Batch">How many of them go together.</param>
internal readonly record struct OutboxLimits(int Queue, int Stream, int Batch);
