using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Events;
using Shop.Orders;
using Shop.Payments;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Operations;

/// <summary>I2 to I5: every order with its saga, its holds, its payment, the gateway's ledger and their events.</summary>
/// <param name="reservations">I2, of which the stock's own events have said their part.</param>
internal sealed class OrderBooks(StockBooks stock, ScheduleBook schedules, AuditBook audit, Findings reservations)
{
    private static readonly List<DurableLogEntry<AuditedEvent>> Nothing = [];

    // Pieces of completed orders, and of those whose goods are leaving, by product.
    private readonly Dictionary<ProductId, long> sold = [];
    private readonly Dictionary<ProductId, long> leaving = [];

    public Findings Money { get; } = new(
        "I3", "money: refunded ≤ captured ≤ authorized, what an order ended with is what was charged, one operation per key, and the gateway and the events agree");
    public Findings Ends { get; } = new("I4", "orders: every order has a saga or a row that starts it, every unfinished one a row that wakes it");
    public Findings Timelines { get; } = new("I5", "timelines: facts 1..n without gaps, folding them gives the status, and they are what was kept of them");

    private OrderStory Story => field ??= new OrderStory(audit, Timelines, Money);

    public async Task Read(IDurableSnapshot snapshot, CancellationToken cancellationToken)
    {
        OrderId? last = null;
        do
        {
            var page = await OrderPage.Read(snapshot, last, cancellationToken: cancellationToken);
            await Check(page);
            last = page.Last;
        }
        while (last is not null);

        foreach (var reservation in stock.Unaccounted)
            reservations.Look(false, $"{reservation}: held for an order that was never placed");
        foreach (var (product, pieces) in stock.Shipped)
        {
            var (least, most) = (sold.GetValueOrDefault(product), sold.GetValueOrDefault(product) + leaving.GetValueOrDefault(product));
            reservations.Expect(pieces >= least && pieces <= most, $"{product.Key}: {pieces} shipped, but completed orders had {least}, and {most} with those whose goods are leaving");
        }
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

        var orderEvents = await EventsOf(page.Events(AuditLog.Orders, AuditLog.PastOrders), AuditLog.Orders, placed);
        var paymentEvents = await EventsOf(page.Events(AuditLog.Payments, AuditLog.PastPayments), AuditLog.Payments, placed);
        foreach (var (key, _, order) in page.Orders)
        {
            var (saga, payment) = (sagas.GetValueOrDefault(key), payments.GetValueOrDefault(key) ?? PaymentState.Empty);
            Check(key, order.Placement, saga, payment, accounts);
            Story.CheckOrder(key, order.Placement, saga, orderEvents.GetValueOrDefault(key, Nothing));
            Story.CheckPayment(key, saga, payment, paymentEvents.GetValueOrDefault(key, Nothing));
        }
    }

    /// <summary>What was kept of the page's orders; of others, nothing can have been.</summary>
    private async Task<Dictionary<string, List<DurableLogEntry<AuditedEvent>>>> EventsOf(
        IAsyncEnumerable<DurableLogEntry<AuditedEvent>> kept, string kind, HashSet<string> placed)
    {
        var events = new Dictionary<string, List<DurableLogEntry<AuditedEvent>>>(placed.Count);
        var (entity, its) = ("", Nothing);
        await foreach (var entry in kept)
        {
            if (entry.Entity != entity)
            {
                entity = entry.Entity;
                if (placed.Contains(entity[kind.Length..]))
                    events.Add(entity[kind.Length..], its = []);
                else
                    its = Nothing;
            }

            if (its == Nothing)
                audit.Events.Expect(false, $"{entity}/{entry.Sequence}: kept, but no such order was placed");
            else
                its.Add(entry);
        }

        return events;
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
        reservations.Next();
        // From the pivot on the durable state says what is held; before it, and while undoing, lines change ahead of the saga's next write.
        var countsOn = saga?.Step is SagaStep.Capturing or SagaStep.CaptureUnknown or SagaStep.Confirmed or SagaStep.AwaitingPayment;
        foreach (var line in placement.Lines)
        {
            var reservation = new ReservationId(placement.OrderId, line.Number, 1);
            if (countsOn)
                reservations.Expect(stock.Holds(reservation, line.ProductId, line.Quantity), $"{reservation}: {saga!.Step}, but not held");
            if (saga?.Step is SagaStep.Completed)
                sold[line.ProductId] = sold.GetValueOrDefault(line.ProductId) + line.Quantity.Value;
            else if (saga?.Step is SagaStep.Fulfilling)
                leaving[line.ProductId] = leaving.GetValueOrDefault(line.ProductId) + line.Quantity.Value;
            var live = stock.Account(reservation);
            reservations.Expect(!live || saga is not { IsFinal: true }, $"{reservation}: still held, but {key} is {saga?.Step}");
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
