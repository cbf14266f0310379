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
/// <param name="mapper">Knows your events.</param>
/// <param name="json">Writes the <c>data</c> of events. Null: <see cref="JsonSerializerOptions.Web"/>.</param>
public sealed class CloudEventsWireFormat(ICloudEventMapper mapper, JsonSerializerOptions? json = null) : IRabbitMqWireFormat
{
    /// <summary>The content type of one event.</summary>
    public const string ContentType = "application/cloudevents+json";

    /// <summary>The content type of several.</summary>
    public const string BatchContentType = "application/cloudevents-batch+json";

    private static readonly ContentType Single = new(ContentType);
    private static readonly ContentType Batch = new(BatchContentType);

    private readonly JsonEventFormatter _formatter = new(json ?? JsonSerializerOptions.Web, default);

    /// <summary>Which events of one publication stay in their order. Default <see cref="CloudEventOrder.Stream"/>.</summary>
    public CloudEventOrder Order { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<WireMessage> Write(IReadOnlyList<object> events, IReadOnlyDictionary<string, object>? requestContext)
    {
        ArgumentNullException.ThrowIfNull(events);
        var messages = new List<List<CloudEvent>>();
        foreach (var item in events)
        {
            var next = mapper.Write(item);
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
    private List<CloudEvent>? MessageFor(CloudEvent item, List<List<CloudEvent>> messages)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i][0].Type == item.Type)
                return messages[i];
            if (Order == CloudEventOrder.Stream || messages[i].Exists(earlier => earlier.Subject == item.Subject))
                return null;
        }

        return null;
    }

    /// <inheritdoc/>
    public WireEvents Read(WireMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new WireEvents([.. Decode(message).Select(mapper.Read)]);
    }

    private WireMessage MessageOf(List<CloudEvent> run)
    {
        var first = run[0];
        var (body, type) = run.Count == 1
            ? (_formatter.EncodeStructuredModeMessage(first, out _), ContentType)
            : (_formatter.EncodeBatchModeMessage(run, out _), BatchContentType);
        return new WireMessage(body, type)
        {
            // Batches that begin alike but end differently are different messages.
            MessageId = run.Count == 1 ? first.Id : $"{first.Id}+{run.Count - 1}",
            Type = first.Type,
            CorrelationId = CorrelationOf(first),
            Timestamp = first.Time,
            TraceParents = WireMessage.IsTraced ? TraceParentsOf(run) : [],
        };
    }

    /// <summary>The extension for distributed tracing.</summary>
    private static string[] TraceParentsOf(List<CloudEvent> run) => [.. run.Select(item => item["traceparent"]).OfType<string>().Distinct()];

    /// <summary>The usual extension; left out when AMQP cannot carry it.</summary>
    private static string? CorrelationOf(CloudEvent first) => first["correlationid"] is string { Length: > 0 } text && Encoding.UTF8.GetByteCount(text) <= MessageLimits.ShortText ? text : null;

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
}
