using System.Diagnostics;
using Shop.Events;
using Shop.Orders;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Telemetry;

/// <summary>
/// Activities of the source <c>Shop</c>. Whatever is done for an order belongs to the trace of the request that placed it, hours later and in
/// another process too; whatever else led to it (the scheduler, an operator) is linked to. Costs a look at a field when nobody listens.
/// </summary>
internal static class ShopTracing
{
    public const string SourceName = "Shop";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>A consumer takes up one event; several may have come in one delivery, each with a trace of its own.</summary>
    public static Activity? StartProcessing(ShopEvent happened)
    {
        if (!Source.HasListeners())
            return null;
        var type = FactNames.Of(happened.Fact);
        var activity = Start($"process {type}", ActivityKind.Consumer, happened.Trace);
        activity?.SetTag("messaging.operation.type", "process")
            .SetTag("messaging.message.id", happened.EventId)
            .SetTag("messaging.message.conversation_id", happened.Trace.CorrelationId)
            .SetTag("cloudevents.event_type", type);
        return activity;
    }

    /// <summary>A saga asks stock or payment for something, all tries of it.</summary>
    public static Activity? StartCommand(SagaCommand command, OrderPlacement order)
    {
        if (!Source.HasListeners())
            return null;
        var (name, tag, number) = Describe(command);
        var activity = Start(name, ActivityKind.Internal, order.Trace);
        activity?.SetTag("shop.order.id", order.OrderId.ToString()).SetTag(tag, number);
        return activity;
    }

    private static Activity? Start(string name, ActivityKind kind, TraceContext trace)
    {
        var current = Activity.Current;
        if (!ActivityContext.TryParse(trace.TraceParent, null, isRemote: true, out var origin) || current?.TraceId == origin.TraceId)
            return Source.StartActivity(name, kind);
        return Source.StartActivity(name, kind, origin, links: current is null ? null : [new ActivityLink(current.Context)]);
    }

    private static (string Name, string Tag, int Number) Describe(SagaCommand command) => command switch
    {
        SagaCommand.Reserve c => ("saga reserve", Line, c.Line),
        SagaCommand.Release c => ("saga release", Line, c.Line),
        SagaCommand.Ship c => ("saga ship", Line, c.Line),
        SagaCommand.Authorize c => ("saga authorize", Attempt, c.Attempt),
        SagaCommand.LookupAuthorization c => ("saga look up authorization", Attempt, c.Attempt),
        SagaCommand.Capture c => ("saga capture", Attempt, c.Attempt),
        SagaCommand.LookupCapture c => ("saga look up capture", Attempt, c.Attempt),
        SagaCommand.Void c => ("saga void", Attempt, c.Attempt),
        SagaCommand.Refund c => ("saga refund", Attempt, c.Attempt),
        _ => throw new UnreachableException(),
    };

    private const string Line = "shop.order.line";
    private const string Attempt = "shop.payment.attempt";
}
