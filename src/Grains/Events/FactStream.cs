using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Values;

namespace Shop.Events;

/// <summary>Where one entity's facts go, and the name they carry. Worked out once per activation: hashing a key for every fact is waste.</summary>
internal sealed class FactStream
{
    private readonly StreamId stream;

    private FactStream(string streamNamespace, string entityKind, string key)
    {
        stream = StreamId.Create(streamNamespace, ShopStreams.PartitionOf(key));
        Entity = $"{entityKind}/{key}";
    }

    /// <summary>As <see cref="ShopEvent.Entity"/> names it.</summary>
    public string Entity { get; }

    public static FactStream OfOrder(string key) => new(ShopStreams.Orders, "order", key);

    public static FactStream OfStock(string key) => new(ShopStreams.Stock, "stock", key);

    public static FactStream OfPayment(string key) => new(ShopStreams.Payments, "payment", key);

    /// <summary>Adds a fact to what leaves with the commit that made it true.</summary>
    /// <param name="outgoing">Of that commit.</param>
    /// <param name="sequence">The entity's next number: gapless, and kept in the state of the same commit.</param>
    /// <param name="occurredAt">When it was decided.</param>
    /// <param name="trace">What caused it.</param>
    /// <param name="fact">What happened.</param>
    public Outgoing Publish(Outgoing outgoing, long sequence, DateTimeOffset occurredAt, TraceContext trace, IFact fact) => outgoing.Append(
        AuditLog.Name, Entity, sequence, new ShopEvent(Entity, sequence, occurredAt, trace, fact, Logged: true, Proven: true), ShopStreams.Provider, stream);
}
