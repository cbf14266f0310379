using Shop.Events;
using Shop.Values;

namespace Shop.Audit;

/// <summary>Every event that was delivered, by entity and sequence, for ever. Written by <see cref="AuditGrain"/> alone.</summary>
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
