using Orleans.Persistence.GroupCommit;
using Shop.Events;
using Shop.Orders;
using Shop.Payments;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Operations;

/// <summary>I2 to I5: every order with its saga, its holds, its payment and the gateway's ledger.</summary>
internal sealed class OrderBooks(StockBooks stock, ScheduleBook schedules)
{
    private const int PageSize = 500;

    public Findings Reservations { get; } = new("I2", "reservations: every live hold belongs to an order under way, every hold an order counts on exists");
    public Findings Money { get; } = new("I3", "money: refunded ≤ captured ≤ authorized, what an order ended with is what was charged, and the gateway agrees");
    public Findings Ends { get; } = new("I4", "orders: every order has a saga or a row that starts it, every unfinished one a row that wakes it");
    public Findings Timelines { get; } = new("I5", "timelines: facts 1..n without gaps, and folding them gives the status");

    public async Task Read(IDurableSnapshot snapshot)
    {
        // A snapshot has one reader at a time: a page of orders first, then what belongs to each.
        string? after = null;
        while (await Page(snapshot, after) is { Count: > 0 } page)
        {
            foreach (var order in page)
                await Check(snapshot, order);
            after = page[^1].Key;
        }

        foreach (var reservation in stock.Unaccounted)
            Reservations.Look(false, $"{reservation}: held for an order that was never placed");
    }

    private static async Task<List<DurableRow<OrderState>>> Page(IDurableSnapshot snapshot, string? after)
    {
        var page = new List<DurableRow<OrderState>>(PageSize);
        await foreach (var row in snapshot.ReadRows<OrderState>("order", after))
        {
            page.Add(row);
            if (page.Count == PageSize)
                break;
        }

        return page;
    }

    private async Task Check(IDurableSnapshot snapshot, DurableRow<OrderState> order)
    {
        var (key, placement) = (order.Key, order.Value.Placement);
        var saga = (await snapshot.ReadRow<SagaState>(SagaSchedules.GrainType, key))?.Value;
        CheckEnd(key, saga);
        CheckReservations(key, placement, saga);
        if (saga is null)
            return;
        CheckTimeline(key, saga);
        var payment = (await snapshot.ReadRow<PaymentState>("payment", key))?.Value ?? PaymentState.Empty;
        PaymentBooks.CheckOperations(Money, key, payment);
        PaymentBooks.CheckEnd(Money, key, saga, payment);
        if (!PaymentBooks.IsSettled(saga))
            return;
        foreach (var attempt in saga.Attempts)
        {
            var authorization = PaymentKeys.Authorization(placement.OrderId, attempt.Number);
            var account = (await snapshot.ReadRow<GatewayAccount>(SimulatedGateway.LedgerKind, authorization))?.Value;
            PaymentBooks.CheckLedger(Money, authorization, payment, account);
        }
    }

    private void CheckEnd(string key, SagaState? saga)
    {
        if (saga is null)
            Ends.Look(schedules.HasRow(key), $"{key}: placed, but nothing will start its saga");
        else
            Ends.Look(saga.IsFinal || saga.DueAt is not null, $"{key}: {saga.Step} without a deadline");
        Ends.Expect(saga is null or { DueAt: null } || schedules.HasRow(key), $"{key}: {saga?.Step}, but no row will wake it");
        Ends.Expect(!schedules.IsLate(key), $"{key}: {saga?.Step}, its row is overdue by minutes");
    }

    private void CheckReservations(string key, OrderPlacement placement, SagaState? saga)
    {
        Reservations.Next();
        // From the pivot on the durable state says what is held; before it, and while undoing, lines change ahead of the saga's next write.
        var countsOn = saga?.Step is SagaStep.Capturing or SagaStep.CaptureUnknown or SagaStep.Confirmed or SagaStep.AwaitingPayment;
        foreach (var line in placement.Lines)
        {
            var reservation = new ReservationId(placement.OrderId, line.Number, 1);
            if (countsOn)
                Reservations.Expect(stock.Holds(reservation, line.ProductId, line.Quantity), $"{reservation}: {saga!.Step}, but not held");
            var live = stock.Account(reservation);
            Reservations.Expect(!live || saga is not { IsFinal: true }, $"{reservation}: still held, but {key} is {saga?.Step}");
        }
    }

    private void CheckTimeline(string key, SagaState saga)
    {
        var status = OrderStatus.Placed;
        var expected = 2L;
        Timelines.Next();
        foreach (var entry in saga.Timeline)
        {
            Timelines.Expect(entry.Sequence == expected, $"{key}: fact {entry.Sequence} where {expected} belongs");
            status = OrderStatusOf.After(status, entry.Fact);
            expected++;
        }

        Timelines.Expect(status == saga.Status, $"{key}: its facts say {status}, its saga {saga.Status}");
    }
}
