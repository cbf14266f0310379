using Orleans.Persistence.GroupCommit;
using Orleans.Serialization;
using Shop.Events;
using Shop.Values;

namespace Shop.Audit;

/// <summary>
/// Every event, by entity and sequence, for ever. Grains append theirs with the commits that make them true; <see cref="AuditGrain"/> keeps those of releases
/// that did not.
/// </summary>
internal static class AuditLog
{
    /// <summary>Of the log. Never changes.</summary>
    public const string Name = "audit";

    // Entities begin with their kind and a slash: the zero is the next character after it.
    public const string Orders = "order/", PastOrders = "order0";
    public const string Payments = "payment/", PastPayments = "payment0";
    public const string Stock = "stock/", PastStock = "stock0";
}

/// <summary>An event without its name, which is where it lies in the log.</summary>
[GenerateSerializer, Immutable, Alias("shop.audited-event.v1")]
internal sealed record AuditedEvent(
    [property: Id(0)] DateTimeOffset OccurredAt,
    [property: Id(1)] TraceContext Trace,
    [property: Id(2)] IFact Fact);

/// <summary>The name is stored beside the entry, and only there.</summary>
internal sealed class AuditFormat(Serializer<AuditedEvent> serializer) : IDurableLogFormat
{
    public byte[] Write(object item)
    {
        var happened = (ShopEvent)item;
        return serializer.SerializeToArray(new AuditedEvent(happened.OccurredAt, happened.Trace, happened.Fact));
    }

    public object Read(string entity, long sequence, ReadOnlyMemory<byte> stored)
    {
        var kept = serializer.Deserialize(stored)!;
        return new ShopEvent(entity, sequence, kept.OccurredAt, kept.Trace, kept.Fact, Logged: true, Proven: true);
    }
}
