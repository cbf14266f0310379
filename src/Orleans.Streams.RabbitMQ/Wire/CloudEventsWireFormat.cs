using System.Buffers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using Orleans.Streams.RabbitMQ.Publishing;

namespace Orleans.Streams.RabbitMQ;

/// <summary>
/// CloudEvents 1.0 in JSON (structured mode), for readers in any language: one event as <c>application/cloudevents+json</c>, several as
/// <c>application/cloudevents-batch+json</c>. A message holds events of one type only, so that a routing key can name it. An event that has the
/// extension <c>traceparent</c> is published within that trace. Thread-safe.
/// </summary>
public sealed class CloudEventsWireFormat : IRabbitMqWireFormat
{
    /// <summary>The content type of one event.</summary>
    public const string ContentType = "application/cloudevents+json";

    /// <summary>The content type of several.</summary>
    public const string BatchContentType = "application/cloudevents-batch+json";

    private const int UsualBytes = 1_024;

    private static readonly ContentType Single = new(ContentType);
    private static readonly ContentType Batch = new(BatchContentType);

    private readonly JsonEventFormatter _formatter;
    private readonly ICloudEventReader _reader;
    private readonly ICloudEventWriter? _writer;
    private readonly Func<object, Written> _written;

    /// <summary>The <c>data</c> of events is written with <see cref="JsonSerializerOptions.Web"/>.</summary>
    /// <param name="mapper">Knows your events.</param>
    public CloudEventsWireFormat(ICloudEventMapper mapper) : this(mapper, JsonSerializerOptions.Web)
    {
    }

    /// <param name="mapper">Knows your events.</param>
    /// <param name="json">Writes the <c>data</c> of events.</param>
    public CloudEventsWireFormat(ICloudEventMapper mapper, JsonSerializerOptions json)
    {
        ArgumentNullException.ThrowIfNull(mapper);
        ArgumentNullException.ThrowIfNull(json);
        (_reader, _formatter, _written) = (mapper, new JsonEventFormatter(json, default), item => Written.From(mapper.Write(item)));
    }

    /// <summary>For events by the thousand: written at a fraction of what a <see cref="CloudEvent"/> of each would cost.</summary>
    /// <param name="reader">Reads your events.</param>
    /// <param name="writer">Writes them.</param>
    public CloudEventsWireFormat(ICloudEventReader reader, ICloudEventWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(writer);
        (_reader, _formatter, _writer, _written) = (reader, new JsonEventFormatter(), writer, item => new Written(writer.HeadOf(item), item));
    }

    /// <summary>Which events of one publication stay in their order. Default <see cref="CloudEventOrder.Stream"/>.</summary>
    public CloudEventOrder Order { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<WireMessage> Write(IReadOnlyList<object> events, IReadOnlyDictionary<string, object>? requestContext)
    {
        ArgumentNullException.ThrowIfNull(events);
        var messages = new List<List<Written>>();
        foreach (var item in events)
        {
            var next = _written(item);
            if (MessageFor(next, messages) is { } company)
                company.Add(next);
            else
                messages.Add([next]);
        }

        return messages.ConvertAll(MessageOf);
    }

    /// <summary>
    /// The message that an event joins: the last of its type, unless that has been followed by one whose order it has to keep. Null: it begins a new one.
    /// </summary>
    private List<Written>? MessageFor(Written item, List<List<Written>> messages)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i][0].Head.Type == item.Head.Type)
                return messages[i];
            if (Order == CloudEventOrder.Stream || messages[i].Exists(earlier => earlier.Head.Subject == item.Head.Subject))
                return null;
        }

        return null;
    }

    /// <inheritdoc/>
    public WireEvents Read(WireMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new WireEvents([.. Decode(message).Select(item => _reader.Read(item, message.Authenticity))]);
    }

    private WireMessage MessageOf(List<Written> run)
    {
        var first = run[0].Head;
        return new WireMessage(_writer is null ? Encode(run) : Encode(run, _writer), run.Count == 1 ? ContentType : BatchContentType)
        {
            // Batches that begin alike but end differently are different messages.
            MessageId = run.Count == 1 ? first.Id : $"{first.Id}+{run.Count - 1}",
            Type = first.Type,
            CorrelationId = CorrelationOf(first),
            Timestamp = first.Time,
            TraceParents = WireMessage.IsTraced ? TraceParentsOf(run) : [],
        };
    }

    private ReadOnlyMemory<byte> Encode(List<Written> run) => run is [var alone]
        ? _formatter.EncodeStructuredModeMessage((CloudEvent)alone.Item, out _)
        : _formatter.EncodeBatchModeMessage(run.Select(each => (CloudEvent)each.Item), out _);

    private static ReadOnlyMemory<byte> Encode(List<Written> run, ICloudEventWriter writer)
    {
        var body = new ArrayBufferWriter<byte>(UsualBytes * run.Count);
        using var json = new Utf8JsonWriter(body);
        if (run.Count > 1)
            json.WriteStartArray();
        foreach (var each in run)
            writer.Write(each.Item, json);
        if (run.Count > 1)
            json.WriteEndArray();
        json.Flush();
        return body.WrittenMemory;
    }

    private static string[] TraceParentsOf(List<Written> run) => [.. run.Select(each => each.Head.TraceParent).OfType<string>().Distinct()];

    /// <summary>Left out when AMQP cannot carry it.</summary>
    private static string? CorrelationOf(CloudEventHead first) =>
        first.CorrelationId is { Length: > 0 } text && Encoding.UTF8.GetByteCount(text) <= MessageLimits.ShortText ? text : null;

    private IReadOnlyList<CloudEvent> Decode(WireMessage message)
    {
        try
        {
            switch (MediaTypeOf(message.ContentType))
            {
                case ContentType:
                    return [_formatter.DecodeStructuredModeMessage(message.Body, Single, extensionAttributes: null)];
                case BatchContentType:
                    var events = _formatter.DecodeBatchModeMessage(message.Body, Batch, extensionAttributes: null);
                    return events.Count > 0 ? events : throw new RabbitMqWireException("The batch of CloudEvents is empty.");
                default:
                    throw new RabbitMqWireException($"The content type is '{message.ContentType}', neither '{ContentType}' nor '{BatchContentType}'.");
            }
        }
        catch (Exception e) when (e is not RabbitMqWireException)
        {
            throw new RabbitMqWireException($"It is no CloudEvent in JSON: {e.Message}", e);
        }
    }

    /// <summary>Without parameters (<c>; charset=utf-8</c>), as media types are compared.</summary>
    private static string? MediaTypeOf(string? contentType) => contentType?.Split(';')[0].Trim().ToLowerInvariant();

    /// <param name="Item">A CloudEvent, or what an <see cref="ICloudEventWriter"/> writes.</param>
    private readonly record struct Written(CloudEventHead Head, object Item)
    {
        public static Written From(CloudEvent item) => new(
            new CloudEventHead(item.Id!, item.Type!)
            {
                Subject = item.Subject, Time = item.Time, CorrelationId = item["correlationid"] as string, TraceParent = item["traceparent"] as string,
            },
            item);
    }
}
