using System.Globalization;
using System.Text.Json;
using CloudNative.CloudEvents;
using Orleans.Streams.RabbitMQ;

namespace Shop.Benches.Micro.Streams;

/// <summary>What is sent over all kinds of streams.</summary>
/// <param name="Number">Among the events of its caller; in the soak: among all.</param>
/// <param name="Caller">Who sends it, and waits until it was seen.</param>
/// <param name="IsLast">Of a batch.</param>
/// <param name="DueAt">When it was to be sent, by the monotonic clock; 0: whenever.</param>
/// <param name="Text">Its weight.</param>
[GenerateSerializer, Immutable, Alias("bench.stream-event")]
internal sealed record BenchEvent(
    [property: Id(0)] long Number, [property: Id(1)] int Caller, [property: Id(2)] bool IsLast, [property: Id(3)] long DueAt, [property: Id(4)] string Text);

/// <summary>The event as a CloudEvent, written as an application would.</summary>
internal sealed class BenchEventMapper : ICloudEventMapper
{
    private const string Type = "bench.event.v1";
    private static readonly Uri Source = new("/bench", UriKind.Relative);

    public CloudEvent Write(object item)
    {
        var written = (BenchEvent)item;
        return new CloudEvent
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{written.Caller}-{written.Number}"),
            Source = Source,
            Type = Type,
            Time = DateTimeOffset.UtcNow,
            Data = written,
        };
    }

    public object Read(CloudEvent cloudEvent) => cloudEvent is { Type: Type, Data: JsonElement data }
        ? data.Deserialize<BenchEvent>(JsonSerializerOptions.Web) ?? throw new RabbitMqWireException("Its data is null.")
        : throw new RabbitMqWireException($"Nobody knows events of the type '{cloudEvent.Type}'.");
}
