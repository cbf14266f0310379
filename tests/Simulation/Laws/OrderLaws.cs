using Orleans.Persistence.GroupCommit.Storage;
using Shop.Events;
using Shop.Gateway;
using Shop.Orders;
using Shop.Sagas;
using Shop.Simulation.Cluster;
using Shop.Values;

namespace Shop.Simulation.Laws;

/// <summary>I4 and I5, and what an order's state says about its goods and its money at the moment it is stored.</summary>
internal sealed class OrderLaws(World world)
{
    private readonly Dictionary<string, OrderPlacement> placements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SagaState> sagas = new(StringComparer.Ordinal);

    public int Count => placements.Count;

    /// <summary>Orders that have not ended.</summary>
    public IEnumerable<string> Open => placements.Keys.Where(key => !HasEnded(key));

    public OrderPlacement? PlacementOf(string key) => placements.GetValueOrDefault(key);

    public SagaState? SagaOf(string key) => sagas.GetValueOrDefault(key);

    public IEnumerable<SagaState> Sagas => sagas.Values;

    public void Placed(GrainWrite write, OrderState order)
    {
        var key = write.Row.Key;
        world.Trace.Note($"stored order {key}: {string.Join(", ", order.Placement.Lines.Select(l => $"{l.Quantity.Value} {l.ProductId}"))}, {order.Placement.PaymentMethod}");
        world.Laws.Expect(placements.TryAdd(key, order.Placement), $"{key} is placed a second time");
        world.Laws.Follow(write, 0, 1);
        ExpectRow(key, "placed");
    }

    public void Stored(Process process, GrainWrite write, SagaState state)
    {
        var key = write.Row.Key;
        var before = sagas.GetValueOrDefault(key);
        sagas[key] = state;
        world.Trace.Stored(process, write, $"{state.Step}, due {state.DueAt - Machine.Timeline.Start}: {string.Join(", ", write.Outbox.Select(r => ((ShopEvent)r.Item!).Fact))}");

        var laws = world.Laws;
        laws.Expect(placements.ContainsKey(key), $"{key} has a saga, but was never placed");
        laws.Follow(write, before?.Sequence ?? 1, state.Sequence);
        if (before is not null)
        {
            laws.Expect(state.Timeline.Take(before.Timeline.Length).SequenceEqual(before.Timeline), $"{key}: a fact was changed or taken back");
            laws.Expect(!before.IsFinal || before.Step == state.Step, $"{key} has ended {before.Step} and becomes {state.Step}");
            laws.Expect(before.EndReason is null || before.EndReason == state.EndReason, $"{key} ends for {before.EndReason} and then for {state.EndReason}");
            laws.Expect(state.Requests.Take(before.Requests.Length).SequenceEqual(before.Requests), $"{key} has forgotten a request");
        }

        foreach (var leaving in write.Outbox.Select(row => (ShopEvent)row.Item!))
            laws.Expect(state.Timeline[(int)leaving.Sequence - 2].Fact.Equals(leaving.Fact), $"{leaving.EventId} is {leaving.Fact}, but its timeline says otherwise");

        laws.Expect(state.Status == StatusAt(state, state.Sequence), $"{key} is {state.Status}, its facts say {StatusAt(state, state.Sequence)}");
        if (!IsOver(state))
            ExpectRow(key, state.Step.ToString());
        GoodsFit(key);
        world.Laws.Money.Fits(key, state);
    }

    /// <summary>The row that wakes a saga has gone for good.</summary>
    public void RowRemoved(string target)
    {
        var key = GrainId.Parse(target).Key.ToString()!;
        if (placements.ContainsKey(key) && world.Database.ArmedFor(target, SagaSchedules.Watchdog) is null)
            world.Laws.Expect(sagas.GetValueOrDefault(key) is { } saga && IsOver(saga), $"{key}: its row was removed, but it is {sagas.GetValueOrDefault(key)?.Step.ToString() ?? "not started"}");
    }

    public void AtRest(IReadOnlyDictionary<string, SortedDictionary<long, ShopEvent>> heard)
    {
        foreach (var key in placements.Keys)
        {
            world.Laws.Expect(HasEnded(key), $"{key} has not ended: {sagas.GetValueOrDefault(key)?.Step.ToString() ?? "not started"}");
            world.Laws.Expect(heard.GetValueOrDefault($"order/{key}")?.Count == sagas.GetValueOrDefault(key)?.Sequence, $"{key}: not all of its facts were heard of");
            if (sagas.GetValueOrDefault(key) is { } saga)
                EndFits(key, saga);
        }
    }

    /// <summary>Nobody's order ends for a reason that was never there, and what is said to be given back was.</summary>
    private void EndFits(string key, SagaState saga)
    {
        var accounts = world.Laws.Money.AccountsOf(saga.Placement.OrderId.ToString()).ToList();
        var fits = saga.EndReason switch
        {
            OrderEndReason.CustomerRequest => world.Laws.Promises.WasToBeCancelled(key),
            OrderEndReason.PaymentDeclined => accounts.Any(a => a.Status == GatewayAccountStatus.Declined || a.Entries.Any(e => e is { Kind: GatewayEntryKind.Capture, Failed: not null })),
            OrderEndReason.PaymentTimeout => saga.Timeline.Any(e => e.Fact is OrderPaymentUnknown),
            _ => true,
        };
        world.Laws.Expect(fits, $"{key} ended {saga.Step} for {saga.EndReason}, but nothing of the kind happened");

        var refunded = saga.Timeline.Select(e => e.Fact switch
        {
            OrderCancelled f => f.Refunded.Amount,
            OrderRejected f => f.Refunded.Amount,
            _ => 0,
        }).Sum();
        world.Laws.Expect(refunded <= accounts.Sum(a => a.Refunded), $"{key} says it gave {refunded} back, the gateway {accounts.Sum(a => a.Refunded)}");

        if (world.IsFair && accounts.TrueForAll(a => a.Method == "tok_ok") && !world.Laws.Promises.WasToBeCancelled(key))
            world.Laws.Expect(saga.Step == SagaStep.Completed, $"{key} ended {saga.Step} for {saga.EndReason}, though nothing failed");
    }

    public static OrderStatus StatusAt(SagaState state, long version)
    {
        var status = OrderStatus.Placed;
        foreach (var entry in state.Timeline.TakeWhile(e => e.Sequence <= version))
            status = OrderStatusOf.After(status, entry.Fact);
        return status;
    }

    private bool HasEnded(string key) => sagas.GetValueOrDefault(key) is { } saga && IsOver(saga);

    private static bool IsOver(SagaState saga) => saga is { IsFinal: true, DueAt: null };

    private void ExpectRow(string key, string what) => world.Laws.Expect(
        world.Database.ArmedFor(SagaSchedules.Target(key).ToString(), SagaSchedules.Watchdog) is not null, $"{key} is {what}, but no row will wake it");

    /// <summary>What an order's state says about its goods. Looked at when either changes.</summary>
    public void GoodsFit(string key)
    {
        if (sagas.GetValueOrDefault(key) is not { } state)
            return;
        foreach (var line in state.Placement.Lines)
        {
            var reservation = new ReservationId(state.Placement.OrderId, line.Number, 1);
            var held = world.Laws.Stock.IsHeld(reservation, line.ProductId, line.Quantity);
            var shipped = world.Laws.Stock.HasShipped(reservation);
            var fits = (state.Step, state.Lines[line.Number - 1]) switch
            {
                (SagaStep.AwaitingPayment or SagaStep.Capturing or SagaStep.CaptureUnknown or SagaStep.Confirmed, _) => held,
                (SagaStep.Reserving or SagaStep.Authorizing or SagaStep.AuthorizationUnknown, LineStatus.Held) => held,
                (SagaStep.Fulfilling, LineStatus.Held) => held || shipped,
                (SagaStep.Completed, _) or (_, LineStatus.Shipped) => shipped,
                (SagaStep.Cancelled or SagaStep.Rejected, _) or (_, LineStatus.Released) => !held && !shipped,
                _ => !shipped,
            };
            world.Laws.Expect(fits, $"{reservation}: {(held ? "held" : shipped ? "shipped" : "not held")}, but {key} is {state.Step}");
        }
    }
}
