namespace Shop.Values;

/// <summary>Ties everything that one request caused together, across grains, events and processes.</summary>
/// <param name="CorrelationId">The client's X-Correlation-Id, or the trace id.</param>
/// <param name="CausationId">The event or command that led to this one; null at the start.</param>
/// <param name="TraceParent">W3C traceparent of the request, when there was one.</param>
[GenerateSerializer, Immutable, Alias("shop.trace-context.v1")]
public readonly record struct TraceContext(
    [property: Id(0)] string CorrelationId,
    [property: Id(1)] string? CausationId = null,
    [property: Id(2)] string? TraceParent = null)
{
    public TraceContext CausedBy(string causationId) => this with { CausationId = causationId };
}
