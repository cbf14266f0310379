using Orleans.Serialization;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <inheritdoc cref="IDurableLog"/>
internal sealed class DurableLog(ICommitter committer, IDialect dialect, Serializer serializer, TimeProvider? time = null) : IDurableLog
{
    public Task Append<T>(string log, IReadOnlyList<DurableLogEntry<T>> entries, CancellationToken cancellationToken = default) where T : class
    {
        LogNames.ThrowIfWrong(log, LogNames.LongestLog, nameof(log));
        ArgumentNullException.ThrowIfNull(entries);
        cancellationToken.ThrowIfCancellationRequested();
        if (entries.Count == 0)
            return Task.CompletedTask;

        var rows = new LogRow[entries.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            var entry = entries[i];
            // Here, for this append alone: in a batch it would cost its neighbours further transactions.
            LogNames.ThrowIfWrong(entry.Entity, LogNames.LongestEntity, nameof(entries));
            if (entry.Value is null)
                throw new ArgumentException($"The entry {entry.Sequence} of '{entry.Entity}' has no value.", nameof(entries));

            rows[i] = new LogRow(entry.Entity, entry.Sequence, serializer.SerializeToArray(entry.Value));
        }

        var written = committer.Commit(new LogAppend(log, rows) { WrittenAt = time?.GetUtcNow() });
        return cancellationToken.CanBeCanceled ? written.WaitAsync(cancellationToken) : written;
    }

    public Task<bool> IsWrittenByAll(CancellationToken cancellationToken = default) => dialect.AllLogTheirEvents(cancellationToken);
}
