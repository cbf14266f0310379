using System.Text.Json;
using CloudNative.CloudEvents;
using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs;

/// <summary>Notes as CloudEvents: those with a payload "loud" are of another type.</summary>
public sealed class NoteEvents : ICloudEventMapper
{
    public const string Quiet = "specs.note";
    public const string Loud = "specs.loud-note";

    public CloudEvent Write(object item) => item is Note note
        ? new CloudEvent
        {
            Id = note.Id,
            Source = new Uri("/specs", UriKind.Relative),
            Type = note.Payload == "loud" ? Loud : Quiet,
            DataContentType = "application/json",
            Data = note,
        }
        : throw new NotSupportedException($"{item.GetType()} is no note.");

    public object Read(CloudEvent cloudEvent) => cloudEvent is { Type: Quiet or Loud, Data: JsonElement data }
        ? data.Deserialize<Note>(JsonSerializerOptions.Web) ?? throw new RabbitMqWireException("There is no note in it.")
        : throw new RabbitMqWireException($"'{cloudEvent.Type}' is of no known type, or has no data.");
}
