using GroupCommit.Specs.Outbox;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs;

/// <summary>Looks at armed messages without taking them, as a scheduler would.</summary>
internal static class ArmedMessages
{
    /// <summary>All of them, the earliest first.</summary>
    public static async Task<IReadOnlyList<ScheduleRow>> Armed(this IDialect dialect)
    {
        if (dialect is MemoryStore)
            return await dialect.ReadDue(DateTimeOffset.MaxValue, int.MaxValue, 0, CancellationToken.None);

        await using var snapshot = await dialect.OpenSnapshot(CancellationToken.None);
        var rows = await snapshot.ReadScheduled(null, CancellationToken.None).ToListAsync();
        return [.. rows.OrderBy(row => row.DueAt)];
    }
}
