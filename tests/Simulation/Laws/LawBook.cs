using System.Runtime.CompilerServices;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Shop.Audit;
using Shop.Events;
using Shop.Gateway;
using Shop.Invariants;
using Shop.Orders;
using Shop.Payments;
using Shop.Sagas;
using Shop.Simulation.Cluster;
using Shop.Simulation.Storage;
using Shop.Stock;

namespace Shop.Simulation.Laws;

/// <summary>
/// What must always hold. Looked at whenever something becomes durable, the gateway's ledger changes, or somebody is told something:
/// nothing else can break a law.
/// </summary>
internal sealed class LawBook(World world)
{
    private readonly Dictionary<string, SortedDictionary<long, ShopEvent>> heard = new(StringComparer.Ordinal);

    /// <summary>The first law that was broken, and how.</summary>
    public string? Broken { get; private set; }

    public StockLaws Stock { get; } = new(world);

    public OrderLaws Orders { get; } = new(world);

    public MoneyLaws Money { get; } = new(world);

    public Promises Promises { get; } = new(world);

    public void Expect(bool holds, [InterpolatedStringHandlerArgument("holds")] Offence otherwise)
    {
        if (!holds)
            Break(otherwise.ToString());
    }

    public void Break(string how)
    {
        if (Broken is not null)
            return;
        Broken = how;
        world.Trace.Note($"BROKEN: {how}");
    }

    public void Stored(Process process, WriteRequest request)
    {
        if (request is ScheduleSettle { DueAt: null } settle)
            Orders.RowRemoved(settle.Target);
        if (request is not GrainWrite write)
            return;
        switch (write.Row.Kind)
        {
            case "order":
                Orders.Placed(write, Bytes.Read<OrderState>(write.Payload));
                break;
            case SagaSchedules.GrainType:
                Orders.Stored(process, write, Bytes.Read<SagaState>(write.Payload));
                break;
            case "stock":
                Stock.Stored(process, write, Bytes.Read<StockState>(write.Payload));
                break;
            case "payment":
                Money.Stored(process, write, Bytes.Read<PaymentState>(write.Payload));
                break;
            default:
                break;
        }
    }

    /// <summary>An event has been delivered. Twice is allowed, as long as it is the same.</summary>
    public void Heard(ShopEvent item)
    {
        if (!heard.TryGetValue(item.Entity, out var events))
            heard.Add(item.Entity, events = []);
        if (!events.TryAdd(item.Sequence, item))
            Expect(IsTheSame(events[item.Sequence], item), $"{item.EventId} is two events: {events[item.Sequence].Fact} and {item.Fact}");
    }

    /// <summary>A call ended in this, or a grain noted it: it has to be a fault of the world, not of the shop.</summary>
    public void Thrown(string where, Exception fault)
    {
        if (fault is not (DurableStateLostException or GroupCommitQueueFullException or TimeoutException or IOException
            or GatewayUnavailableException or OperationCanceledException or Orleans.Runtime.SiloUnavailableException or AuditUnavailableException))
        {
            Break($"{where}: {fault}");
        }
    }

    /// <summary>All is over and quiet.</summary>
    public void AtRest()
    {
        foreach (var (entity, events) in heard)
            Expect(events.Keys.SequenceEqual(Enumerable.Range(1, events.Count).Select(n => (long)n)), $"{entity}: heard of {string.Join(", ", events.Keys)}");
        foreach (var (_, entity, sequence) in world.Database.Logs.Keys)
            Expect(heard.TryGetValue(entity, out var its) && its.ContainsKey(sequence), $"{entity}/{sequence} was logged, and nobody has heard of it");
        Stock.AtRest(heard);
        Orders.AtRest(heard);
        Money.AtRest(heard);
        Promises.AtRest();
        Expect(Invariants.CheckAtRest(world), []);
    }

    /// <summary>
    /// The shop's own invariants, which hold at every moment; but a row is overdue, and an event long on its way, when everybody's clock is wrong or nobody is there.
    /// </summary>
    public void InTheMiddle() => Expect(Invariants.Check(world), ["overdue", "was not kept"]);

    private void Expect(Shop.Operations.InvariantReport report, string[] excused)
    {
        foreach (var check in report.Checks)
        {
            foreach (var offender in check.Offenders.Where(o => !excused.Any(word => o.Contains(word, StringComparison.Ordinal))))
                Break($"{check.Id} of the shop's own invariants: {offender}");
        }
    }

    private static bool IsTheSame(ShopEvent one, ShopEvent other) =>
        Bytes.Serializer.SerializeToArray(one).AsSpan().SequenceEqual(Bytes.Serializer.SerializeToArray(other));

    /// <summary>The events that leave with a write continue where the last ones ended, up to its sequence.</summary>
    public void Follow(GrainWrite write, long before, long after)
    {
        var events = write.Outbox.Select(row => (ShopEvent)row.Item!).ToList();
        Expect(
            events.Select(e => e.Sequence).SequenceEqual(Enumerable.Range(1, (int)(after - before)).Select(n => before + n)),
            $"{write.Row.Key}: from {before} to {after}, but its events are {string.Join(", ", events.Select(e => e.Sequence))}");
    }
}
