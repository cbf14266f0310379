using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Logs;

/// <inheritdoc cref="IDurableLogReader"/>
internal sealed class DurableLogReader(IDialect dialect, LogFormats formats, LogWatch watch) : IDurableLogReader
{
    private const int LargestPage = 1_000;

    public async Task<IReadOnlyList<DurableLogEntry<T>>> ReadHistory<T>(
        string log, string entity, long fromSequence = 0, int limit = 100, CancellationToken cancellationToken = default) where T : class
    {
        var name = EntityOf(log, entity);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage);
        var rows = await dialect.Logs.ReadHistory(name, fromSequence, limit, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new DurableLogEntry<T>(row.Entity, row.Sequence, Read<T>(log, row)))];
    }

    public Task<bool> WaitForEntity(string log, string entity, long afterSequence, TimeSpan limit,
        CancellationToken cancellationToken = default)
    {
        EntityOf(log, entity);
        ThrowIfWrong(limit);
        return watch.WaitForEntity(new LogPlace(log, entity, afterSequence), limit, cancellationToken);
    }

    public async Task<DurableLogPosition> ReadEnd(CancellationToken cancellationToken = default) =>
        new((await dialect.Logs.ReadHeads([], cancellationToken).ConfigureAwait(false)).Select(head =>
            KeyValuePair.Create(head.Owner, head.Id)));

    public Task<bool> WaitForMore(DurableLogPosition after, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        ThrowIfWrong(limit);
        return watch.WaitForHeads(after.IsBefore, after.Owners, limit, cancellationToken);
    }

    private static void ThrowIfWrong(TimeSpan limit)
    {
        if (limit != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero);
    }

    private T Read<T>(string log, in LogRow row) where T : class
    {
        try
        {
            return formats.Read<T>(log, row);
        }
        catch (Exception e)
        {
            throw new InvalidDataException(
                $"The entry {row.Sequence} of '{row.Entity}' in the log '{log}' cannot be read as {typeof(T).Name}: {e.Message}", e);
        }
    }

    private static LogEntity EntityOf(string log, string entity)
    {
        LogNames.ThrowIfWrong(log, LogNames.LongestLog, nameof(log));
        LogNames.ThrowIfWrong(entity, LogNames.LongestEntity, nameof(entity));
        return new LogEntity(log, entity);
    }
}
