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
    public Findings Reservations { get; } = new("I2", "reservations: every live hold belongs to an order under way, every hold an order counts on exists");
    public Findings Money { get; } = new("I3", "money: refunded ≤ captured ≤ authorized, what an order ended with is what was charged, and the gateway agrees");
    public Findings Ends { get; } = new("I4", "orders: every order has a saga or a row that starts it, every unfinished one a row that wakes it");
    public Findings Timelines { get; } = new("I5", "timelines: facts 1..n without gaps, and folding them gives the status");

    public async Task Read(IDurableSnapshot snapshot)
    {
        OrderId? last = null;
        do
        {
            var page = await OrderPage.Read(snapshot, last);
            await Check(page);
            last = page.Last;
        }
        while (last is not null);

        foreach (var reservation in stock.Unaccounted)
            Reservations.Look(false, $"{reservation}: held for an order that was never placed");
    }

    // A snapshot has one reader at a time: the page's rows of each kind first, then what they say about each order.
    private async Task Check(OrderPage page)
    {
        var placed = page.Orders.Select(order => order.Key).ToHashSet();
        var sagas = await RowsOf<SagaState>(page, SagaSchedules.GrainType, placed);
        var payments = await RowsOf<PaymentState>(page, "payment", placed);
        var accounts = new Dictionary<string, GatewayAccount>();
        await foreach (var (key, _, account) in page.Accounts())
        {
            if (IsAsked(key, placed, sagas))
                accounts.Add(key, account);
            else
                Money.Look(false, $"{key}: {account.Status} at the gateway, but no order has asked for it");
        }

        foreach (var (key, _, order) in page.Orders)
            Check(key, order.Placement, sagas.GetValueOrDefault(key), payments.GetValueOrDefault(key) ?? PaymentState.Empty, accounts);
    }

    /// <summary>The rows of the page's orders; a row without an order is an offender.</summary>
    private async Task<Dictionary<string, T>> RowsOf<T>(OrderPage page, string kind, HashSet<string> placed) where T : class
    {
        var rows = new Dictionary<string, T>(page.Orders.Count);
        await foreach (var (key, _, value) in page.Rows<T>(kind))
        {
            if (placed.Contains(key))
                rows.Add(key, value);
            else
                Ends.Look(false, $"{key}: a row of kind {kind}, but no such order was placed");
        }

        return rows;
    }

    /// <summary>
    /// Whether the saga has an attempt under this key. The first may be at the gateway before the saga's first write; every other one is
    /// durable before it is sent.
    /// </summary>
    private static bool IsAsked(string account, HashSet<string> placed, Dictionary<string, SagaState> sagas)
    {
        if (!OrderId.TryParse(account.Split(':')[0], out var id) || !placed.Contains(id.Key))
            return false;
        var attempts = sagas.GetValueOrDefault(id.Key)?.Attempts.Length ?? 1;
        return Enumerable.Range(1, attempts).Any(number => PaymentKeys.Authorization(id, number) == account);
    }

    private void Check(string key, OrderPlacement placement, SagaState? saga, PaymentState payment, Dictionary<string, GatewayAccount> accounts)
    {
        CheckEnd(key, saga);
        CheckReservations(key, placement, saga);
        PaymentBooks.CheckOperations(Money, key, payment);
        if (saga is null)
            return;
        CheckTimeline(key, saga);
        PaymentBooks.CheckEnd(Money, key, saga, payment);
        if (!PaymentBooks.IsSettled(saga))
            return;
        foreach (var attempt in saga.Attempts)
        {
            var authorization = PaymentKeys.Authorization(placement.OrderId, attempt.Number);
            PaymentBooks.CheckLedger(Money, authorization, payment, accounts.GetValueOrDefault(authorization));
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
