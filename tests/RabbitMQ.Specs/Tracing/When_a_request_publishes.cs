using System.Collections.Concurrent;
using System.Diagnostics;

namespace RabbitMq.Specs.Tracing;

public sealed class When_a_request_publishes : BrokerSpec
{
    [Fact]
    public async Task Should_be_one_trace_up_to_the_delivery()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Orleans.Streams.RabbitMQ" or "specs",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("specs");
        await using var silos = await Silos.Start(Url);

        using var request = source.StartActivity("request")!;
        await silos.Publish("a", "1");
        await Eventually.Is(() => ended.Any(activity => activity.Kind == ActivityKind.Consumer && activity.TraceId == request.TraceId));

        var publish = ended.Single(activity => activity.Kind == ActivityKind.Producer && activity.TraceId == request.TraceId);
        var process = ended.Single(activity => activity.Kind == ActivityKind.Consumer && activity.TraceId == request.TraceId);
        Assert.Equal((request.SpanId, publish.SpanId), (publish.ParentSpanId, process.ParentSpanId));
        Assert.Equal("rabbitmq", process.GetTagItem("messaging.system"));
        Assert.Equal(silos.Parts.Names.Exchange, process.GetTagItem("messaging.destination.name"));
    }
}
