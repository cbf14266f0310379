using Shop.Values;

namespace Shop.Events;

/// <summary>What happened, in the past tense. Every implementation lives in this folder.</summary>
public interface IFact;

/// <summary>A fact and where it belongs: what travels on the streams.</summary>
/// <param name="Entity">The grain it happened to, e.g. <c>order/o:…</c>, <c>stock/p:…</c>, <c>payment/o:…</c>.</param>
/// <param name="Sequence">1, 2, 3 … per entity without gaps. Consumers compare it and never assume order of arrival.</param>
/// <param name="Logged">It stands in the shop's log since the commit that made it true. Not so with events of releases that had it written by a consumer.</param>
/// <param name="Proven">
/// It comes from the shop's own database, or in a message that only the shop can have published. Otherwise whoever acts on it looks into the
/// books first. Not part of what is published: each reader finds it out.
/// </param>
[GenerateSerializer, Immutable, Alias("shop.event.v1")]
public sealed record ShopEvent(
    [property: Id(0)] string Entity,
    [property: Id(1)] long Sequence,
    [property: Id(2)] DateTimeOffset OccurredAt,
    [property: Id(3)] TraceContext Trace,
    [property: Id(4)] IFact Fact,
    [property: Id(5)] bool Logged = false,
    [property: Id(6)] bool Proven = false)
{
    /// <summary>Unique over all events for ever: the same event delivered twice has the same id.</summary>
    public string EventId => $"{Entity}/{Sequence}";
}
