using System.Diagnostics;
using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using CloudNative.CloudEvents;
using Orleans.Streams.RabbitMQ;
using Shop.Events;
using Shop.Values;

namespace Shop.Hosting.Streams;

/// <summary>The shop's events as CloudEvents 1.0, for readers in any language. docs/events.md tells them what they see.</summary>
/// <param name="serviceId">Of the shop: part of the source.</param>
internal sealed class ShopCloudEvents(string serviceId) : ICloudEventReader, ICloudEventWriter
{
    /// <summary>As the extension for sequences has it: the numbers are decimal.</summary>
    private const string Integer = "Integer";

    // Extensions of CloudEvents, and one of the shop's.
    private const string Sequence = "sequence";
    private const string SequenceType = "sequencetype";
    private const string CorrelationId = "correlationid";
    private const string CausationId = "causationid";
    private const string TraceParent = "traceparent";
    private const string Logged = "logged";

    private readonly Uri _source = new($"/shop/{Uri.EscapeDataString(serviceId)}", UriKind.Relative);

    public CloudEventHead HeadOf(object item)
    {
        var happened = Required(item);
        return new CloudEventHead(happened.EventId, FactTypes.Of(happened.Fact.GetType()).Name)
        {
            Subject = happened.Entity, Time = happened.OccurredAt, CorrelationId = happened.Trace.CorrelationId, TraceParent = happened.Trace.TraceParent,
        };
    }

    public void Write(object item, Utf8JsonWriter json)
    {
        var happened = Required(item);
        var type = FactTypes.Of(happened.Fact.GetType());
        json.WriteStartObject();
        json.WriteString("specversion"u8, "1.0"u8);
        json.WriteString("id"u8, happened.EventId);
        json.WriteString("source"u8, _source.OriginalString);
        json.WriteString("type"u8, type.Name);
        json.WriteString("subject"u8, happened.Entity);
        json.WriteString("time"u8, happened.OccurredAt.UtcDateTime);
        json.WriteString("datacontenttype"u8, MediaTypeNames.Application.Json);
        json.WriteString(Sequence, happened.Sequence.ToString(CultureInfo.InvariantCulture));
        json.WriteString(SequenceType, Integer);
        json.WriteString(CorrelationId, happened.Trace.CorrelationId);
        if (happened.Trace.CausationId is { } causation)
            json.WriteString(CausationId, causation);
        if (happened.Trace.TraceParent is { } parent)
            json.WriteString(TraceParent, parent);
        if (happened.Logged)
            json.WriteBoolean(Logged, true);
        json.WritePropertyName("data"u8);
        JsonSerializer.Serialize(json, happened.Fact, type.Json);
        json.WriteEndObject();
    }

    public object Read(CloudEvent cloudEvent) => Read(cloudEvent, RabbitMqAuthenticity.NotChecked);

    public object Read(CloudEvent cloudEvent, RabbitMqAuthenticity authenticity)
    {
        try
        {
            // Not checked: somebody has turned it off, and so trusts whoever may publish.
            return EventOf(cloudEvent, isProven: authenticity != RabbitMqAuthenticity.Unproven);
        }
        catch (Exception e) when (e is not RabbitMqWireException)
        {
            // Strangers find ways that nobody thought of; none of them may stop the reader.
            throw new RabbitMqWireException($"It is no event of the shop: {e.Message}", e);
        }
    }

    private ShopEvent EventOf(CloudEvent cloudEvent, bool isProven)
    {
        var type = FactTypes.Find(cloudEvent.Type) ?? throw new RabbitMqWireException($"The shop knows no events of type '{Shown(cloudEvent.Type)}'.");
        if (cloudEvent.Source?.OriginalString != _source.OriginalString)
            throw new RabbitMqWireException($"The source is '{Shown(cloudEvent.Source?.OriginalString)}', not '{_source}'.");

        var entity = cloudEvent.Subject ?? throw new RabbitMqWireException("There is no subject.");
        var sequence = SequenceOf(cloudEvent);
        var occurredAt = cloudEvent.Time ?? throw new RabbitMqWireException("There is no time.");
        var correlation = TextOf(cloudEvent, CorrelationId) is { Length: > 0 } given ? given : throw new RabbitMqWireException("There is no correlationid.");
        var trace = new TraceContext(correlation, TextOf(cloudEvent, CausationId), TraceParentOf(cloudEvent));
        var happened = new ShopEvent(entity, sequence, occurredAt, trace, FactOf(cloudEvent, type), TextOf(cloudEvent, Logged) == "true", isProven);
        if (happened.EventId != cloudEvent.Id)
            throw new RabbitMqWireException($"The id is '{Shown(cloudEvent.Id)}', but subject and sequence make it '{Shown(happened.EventId)}'.");

        return FactRules.FaultOf(happened) is { } fault ? throw new RabbitMqWireException(fault) : happened;
    }

    private static IFact FactOf(CloudEvent cloudEvent, FactType type)
    {
        if (cloudEvent.DataContentType is { } contentType && new ContentType(contentType).MediaType != MediaTypeNames.Application.Json)
            throw new RabbitMqWireException($"The data are '{Shown(contentType)}', not JSON.");
        if (cloudEvent.Data is not JsonElement { ValueKind: JsonValueKind.Object } data)
            throw new RabbitMqWireException("The data are no JSON object.");

        try
        {
            return (IFact)data.Deserialize(type.Json)!;
        }
        catch (Exception e)
        {
            throw new RabbitMqWireException($"The data are no {type.Name}: {e.Message}", e);
        }
    }

    private static long SequenceOf(CloudEvent cloudEvent)
    {
        if (TextOf(cloudEvent, SequenceType) is { } type && type != Integer)
            throw new RabbitMqWireException($"The sequencetype is '{Shown(type)}', not '{Integer}'.");

        var text = TextOf(cloudEvent, Sequence) ?? throw new RabbitMqWireException("There is no sequence.");
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence >= 1 && text[0] != '0'
            ? sequence
            : throw new RabbitMqWireException($"The sequence is '{Shown(text)}', not a number from 1.");
    }

    /// <summary>One that is malformed is treated as absent, as the W3C's trace context demands.</summary>
    private static string? TraceParentOf(CloudEvent cloudEvent) =>
        TextOf(cloudEvent, TraceParent) is { } text && ActivityContext.TryParse(text, null, out _) ? text : null;

    private static string? TextOf(CloudEvent cloudEvent, string attribute) => cloudEvent[attribute] switch
    {
        null => null,
        string text => text,
        _ => throw new RabbitMqWireException($"The {attribute} is no text."),
    };

    /// <summary>A stranger's text in a sentence: not the whole megabyte of it.</summary>
    private static string Shown(string? text) => text is { Length: > 100 } ? $"{text[..100]}…" : text ?? "";

    private static ShopEvent Required(object item) =>
        item as ShopEvent ?? throw new NotSupportedException($"The shop's streams carry {nameof(ShopEvent)}s, not {item.GetType()}.");
}
