using Orleans.Persistence.GroupCommit;
using Shop.Sagas;

namespace Shop.Invariants;

/// <summary>The armed rows: which sagas will be woken, and which should have been long ago.</summary>
internal sealed class ScheduleBook
{
    /// <summary>A row that is this late is not just waiting for its turn.</summary>
    private static readonly TimeSpan Tolerated = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, bool> lateBySaga = [];

    private ScheduleBook() { }

    public static async Task<ScheduleBook> Read(IDurableSnapshot snapshot, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var book = new ScheduleBook();
        await foreach (var row in snapshot.ReadScheduled(null, cancellationToken))
        {
            if (row.Name == SagaSchedules.Watchdog && row.Target.Type.ToString() == SagaSchedules.GrainType)
                book.lateBySaga[row.Target.Key.ToString()!] = row.DueAt + Tolerated < now;
        }

        return book;
    }

    public bool HasRow(string orderKey) => lateBySaga.ContainsKey(orderKey);

    public bool IsLate(string orderKey) => lateBySaga.GetValueOrDefault(orderKey);
}
