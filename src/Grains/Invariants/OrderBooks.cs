using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Gateway;
using Shop.Operations;
using Shop.Payments;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Invariants;

/// <summary>Reads every order with its saga, its payment, the gateway's ledger and their events, for I2 to I6.</summary>
internal sealed class OrderBooks(
    StockBooks stock, ScheduleBook schedules, I2Reservations reservations, I3Money money, I4Orders orders, I5Timelines timelines, I6Events events)
{
    private static readonly List<DurableLogEntry<AuditedEvent>> Nothing = [];

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

        reservations.CheckRest(stock);
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
                money.FindUnaskedAccount(key, account);
        }

        var orderEvents = await EventsOf(page.Events(AuditLog.Orders, AuditLog.PastOrders), AuditLog.Orders, placed);
        var paymentEvents = await EventsOf(page.Events(AuditLog.Payments, AuditLog.PastPayments), AuditLog.Payments, placed);
        foreach (var (key, _, order) in page.Orders)
        {
            var (saga, payment) = (sagas.GetValueOrDefault(key), payments.GetValueOrDefault(key) ?? PaymentState.Empty);
            orders.CheckOrder(key, saga, schedules);
            reservations.CheckOrder(key, order.Placement, saga, stock);
            money.CheckOrder(key, saga, payment, accounts);
            if (saga is not null)
                timelines.CheckTimeline(key, saga);
            timelines.CheckEvents(key, order.Placement, saga, orderEvents.GetValueOrDefault(key, Nothing), events);
            money.CheckEvents(key, saga, payment, paymentEvents.GetValueOrDefault(key, Nothing), events);
        }
    }

    /// <summary>What was kept of the page's orders; of others, nothing can have been.</summary>
    private async Task<Dictionary<string, List<DurableLogEntry<AuditedEvent>>>> EventsOf(
        IAsyncEnumerable<DurableLogEntry<AuditedEvent>> kept, string kind, HashSet<string> placed)
    {
        var byOrder = new Dictionary<string, List<DurableLogEntry<AuditedEvent>>>(placed.Count);
        var (entity, its) = ("", Nothing);
        await foreach (var entry in kept)
        {
            if (entry.Entity != entity)
            {
                entity = entry.Entity;
                if (placed.Contains(entity[kind.Length..]))
                    byOrder.Add(entity[kind.Length..], its = []);
                else
                    its = Nothing;
            }

            if (its == Nothing)
                events.FindEventWithoutOrder(entity, entry.Sequence);
            else
                its.Add(entry);
        }

        return byOrder;
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
                orders.FindRowWithoutOrder(key, kind);
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
}
