using System.Diagnostics;
using Orleans.Streams.RabbitMQ.Receiving;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Wire;

/// <summary>Activities of the source <c>Orleans.Streams.RabbitMQ</c>, after OpenTelemetry's conventions for messaging.</summary>
internal static class StreamTracing
{
    public const string SourceName = "Orleans.Streams.RabbitMQ";
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";

    private static readonly ActivitySource Source = new(SourceName);

    public static bool IsOn => Source.HasListeners();

    /// <summary>
    /// Under whoever publishes, unless the events say where they come from: an outbox publishes in the background, long after.
    /// </summary>
    public static Activity? StartPublish(string exchange, StreamId stream, int events, IReadOnlyList<WireMessage> messages)
    {
        if (!IsOn)
            return null;

        var activity = StartAfter(OriginsOf(messages), $"publish {exchange}", ActivityKind.Producer);
        Describe(activity, exchange, stream, "send", events);
        return activity;
    }

    public static Activity? StartDelivery(RabbitMqBatch batch)
    {
        if (!Source.HasListeners() || batch.Deliveries.Count == 0)
            return null;

        // Messages that were published at once have one publisher.
        var publishers = batch.Deliveries.Select(delivery => PublisherOf(delivery.Message.Properties)).Where(context => context != default).Distinct().ToList();
        var activity = publishers.Count == 0
            ? Source.StartActivity($"process {batch.Lane!.Name}", ActivityKind.Consumer, default(ActivityContext))
            : StartAfter(publishers, $"process {batch.Lane!.Name}", ActivityKind.Consumer);
        Describe(activity, batch.Deliveries[0].Message.Exchange, batch.StreamId, "process", batch.Events.Count);
        return activity;
    }

    /// <summary>One origin is the parent; several can only be linked to.</summary>
    private static Activity? StartAfter(List<ActivityContext> origins, string name, ActivityKind kind) => origins switch
    {
        [] => Source.StartActivity(name, kind),
        [var origin] when Activity.Current?.TraceId == origin.TraceId && kind == ActivityKind.Producer => Source.StartActivity(name, kind),
        [var origin] => Source.StartActivity(name, kind, origin),
        _ => Source.StartActivity(name, kind, default(ActivityContext), links: origins.Select(context => new ActivityLink(context))),
    };

    private static List<ActivityContext> OriginsOf(IReadOnlyList<WireMessage> messages)
    {
        var origins = new List<ActivityContext>();
        foreach (var text in messages.SelectMany(message => message.TraceParents).Distinct())
        {
            if (ActivityContext.TryParse(text, null, isRemote: true, out var origin))
                origins.Add(origin);
        }

        return origins;
    }

    /// <summary>Names the activity that publishes, unless the format has named another one.</summary>
    public static void Inject(IDictionary<string, object?> headers)
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } current || !headers.TryAdd(TraceParent, id))
            return;

        if (current.TraceStateString is { Length: > 0 } state)
            headers.TryAdd(TraceState, state);
    }

    private static ActivityContext PublisherOf(IReadOnlyBasicProperties properties) =>
        ActivityContext.TryParse(WireHeaders.Text(properties.Headers, TraceParent), WireHeaders.Text(properties.Headers, TraceState), isRemote: true, out var context) ? context : default;

    private static void Describe(Activity? activity, string exchange, StreamId stream, string operation, int events)
    {
        if (activity is not { IsAllDataRequested: true })
            return;

        activity.SetTag("messaging.system", "rabbitmq");
        activity.SetTag("messaging.operation.type", operation);
        activity.SetTag("messaging.destination.name", exchange);
        activity.SetTag("messaging.batch.message_count", events);
        activity.SetTag("orleans.stream", stream.ToString());
    }
}
