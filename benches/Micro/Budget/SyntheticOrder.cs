using System.Globalization;
using Orleans.Persistence.GroupCommit.Storage;
using Shop.Benches.Micro.Stores;

namespace Shop.Benches.Micro.Budget;

/// <summary>
/// What an order asks of its storage, without the shop: 9 commits over four rows, 3 reads, 6 events, one schedule armed and disarmed. Each
/// step waits for the one before, as the steps of the saga do.
/// </summary>
internal sealed class SyntheticOrder(GroupCommitSilo silo, StockShelf shelf, string id)
{
    private const int OrderBytes = 700, SagaBytes = 450, PaymentBytes = 400;

    private readonly StreamId _stream = StreamId.Create("orders", $"stream-{shelf.Number}");
    private readonly string _watchdog = $"budget.saga/{id}";
    private int _commits;

    public async Task Run()
    {
        var (order, saga, payment) = (new RowId("budget.order", id), new RowId("budget.saga", id), new RowId("budget.payment", id));
        // Activations look for what is stored of them.
        await silo.Committer.Read(order, CancellationToken.None);
        await Commit(order, 0, OrderBytes, "order placed");
        await silo.Committer.Read(saga, CancellationToken.None);
        await Commit(saga, 0, SagaBytes, schedule: Arm(DateTimeOffset.UtcNow.AddHours(1)));
        await shelf.Hold(id, Event("stock reserved"));
        await Commit(saga, 1, SagaBytes);
        await silo.Committer.Read(payment, CancellationToken.None);
        await Commit(payment, 0, PaymentBytes, "payment authorized");
        await Commit(payment, 1, PaymentBytes, "payment captured");
        await Commit(order, 1, OrderBytes, "order confirmed");
        await shelf.Release(id, Event("stock shipped"));
        await Commit(saga, 2, SagaBytes, schedule: Arm(null));
    }

    private async Task Commit(RowId row, long version, int bytes, string? tells = null, ScheduleWrite? schedule = null)
    {
        var state = new BenchState(version + 1, shelf.Text(bytes, ++_commits));
        var write = new GrainWrite(
            row, version, silo.Serializer.SerializeToArray(state), [], tells is null ? [] : [Event(tells)], schedule is { } armed ? [armed] : []);
        if (!await silo.Committer.Commit(write))
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The row {row} has no version {version}."));
    }

    private OutboxRow Event(string what) => silo.Event(_stream, new BenchEvent(id, _commits, $"{what}: {shelf.Text(100, _commits)}"));

    private ScheduleWrite Arm(DateTimeOffset? dueAt) => new(_watchdog, "watchdog", silo.Committer.NextId(), dueAt);
}
