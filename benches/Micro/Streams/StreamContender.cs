using System.Text.Json;
using Orleans.Streams.RabbitMQ;

namespace Shop.Benches.Micro.Streams;

/// <summary>One kind of streams, in a silo of its own.</summary>
/// <param name="MessageBytes">Of the body of a message with one event; null: there are no messages.</param>
internal sealed record StreamContender(string Name, StreamSilo Silo, int? MessageBytes) : IAsyncDisposable
{
    public const string OrleansBytes = "provider, Orleans bytes";
    public const string CloudEvents = "provider, CloudEvents";
    public const string Memory = "Orleans memory streams";

    public static IRabbitMqWireFormat CloudEventsFormat() => new CloudEventsWireFormat(new BenchEventMapper(), JsonSerializerOptions.Web);

    public static async Task<IReadOnlyList<StreamContender>> StartAll(Uri amqp)
    {
        var bytes = await StreamSilo.StartRabbitMq("bench-bytes", amqp, _ => { });
        var events = await StreamSilo.StartRabbitMq("bench-events", amqp, options => options.WireFormat = _ => CloudEventsFormat());
        return
        [
            new StreamContender(OrleansBytes, bytes, StreamSettings.BodyBytes),
            new StreamContender(CloudEvents, events, events.BodyOf(CloudEventsFormat())),
            new StreamContender(Memory, await StreamSilo.StartMemory("bench-memory"), null),
        ];
    }

    public ValueTask DisposeAsync() => Silo.DisposeAsync();
}
