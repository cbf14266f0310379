using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Logs;

/// <inheritdoc cref="IDurableLogReader"/>
internal sealed partial class DurableLogReader(IDialect dialect, LogFormats formats, LogWatch watch) : IDurableLogReader
{
    private const int LargestPage = 1_000;

    public async Task<IReadOnlyList<DurableLogEntry<T>>> ReadHistory<T>(
        string log, string entity, long fromSequence = 0, int limit = 100, CancellationToken cancellationToken = default) where T : class
    {
        var name = EntityOf(log, entity);
        ThrowIfNoPage(limit);
        var rows = await dialect.Logs.ReadHistory(name, fromSequence, limit, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new DurableLogEntry<T>(row.Entity, row.Sequence, Read<T>(log, row)))];
    }

    public Task<bool> WaitForEntity(string log, string entity, long afterSequence, TimeSpan limit,
        CancellationToken cancellationToken = default)
    {
        EntityOf(log, entity);
        ThrowIfWrong(limit);
        var after = new LogPlace(log, entity, afterSequence);
        return limit == TimeSpan.Zero ? HasMore(after, cancellationToken) : watch.WaitForEntity(after, limit, cancellationToken);
    }

    public async Task<DurableLogPosition> ReadEnd(CancellationToken cancellationToken = default) =>
        new(await ReadHeads([], cancellationToken).ConfigureAwait(false));

    public Task<bool> WaitForMore(DurableLogPosition after, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        ThrowIfWrong(limit);
        return limit == TimeSpan.Zero ? HasMore(after, cancellationToken)
            : watch.WaitForHeads(after.IsBefore, after.Owners, limit, cancellationToken);
    }

    // Without time for the question of all who wait.
    private async Task<bool> HasMore(LogPlace after, CancellationToken cancellationToken) =>
        (await dialect.Logs.HaveMore([after], cancellationToken).ConfigureAwait(false))[0];

    private async Task<bool> HasMore(DurableLogPosition after, CancellationToken cancellationToken) =>
        after.IsBefore(await ReadHeads(after.Owners, cancellationToken).ConfigureAwait(false));

    private async Task<Dictionary<long, long>> ReadHeads(IReadOnlyCollection<long> others, CancellationToken cancellationToken)
    {
        var heads = (await dialect.Logs.ReadHeads(others, cancellationToken).ConfigureAwait(false))
            .ToDictionary(head => head.Owner, head => head.Id);
        watch.AddTo(heads);
        return heads;
    }

    private static void ThrowIfNoPage(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage);
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
