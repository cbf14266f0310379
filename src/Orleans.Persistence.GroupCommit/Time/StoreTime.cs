namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>What a database knows about the time.</summary>
/// <param name="Server">What its own clock shows; null: it has none but this machine's.</param>
/// <param name="Newest">The newest time at which it was written to, as far as it remembers.</param>
internal readonly record struct StoreTime(DateTimeOffset? Server, DateTimeOffset? Newest);
