using System.Text;
using System.Text.Json;
using CloudNative.CloudEvents;
using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Wire;

public sealed class When_events_are_written_as_CloudEvents
{
    private static readonly CloudEventsWireFormat Format = new(new NoteEvents());
    private static readonly CloudEventsWireFormat BySubject = new(new NotesOfSubjects()) { Order = CloudEventOrder.Subject };

    [Fact]
    public void Should_be_plain_JSON_that_anybody_can_read()
    {
        var message = Assert.Single(Format.Write([new Note("1", "a")], null));
        Assert.Equal((CloudEventsWireFormat.ContentType, "1", NoteEvents.Quiet), (message.ContentType, message.MessageId, message.Type));
        var json = JsonDocument.Parse(message.Body).RootElement;
        Assert.Equal(
            ("1.0", "1", "/specs", NoteEvents.Quiet, "a"),
            (json.GetProperty("specversion").GetString(), json.GetProperty("id").GetString(), json.GetProperty("source").GetString(), json.GetProperty("type").GetString(), json.GetProperty("data").GetProperty("payload").GetString()));
        Assert.Equal([new Note("1", "a")], Format.Read(message).Events);
    }

    [Fact]
    public void Should_be_a_message_for_each_run_of_one_type()
    {
        var notes = new[] { new Note("1"), new Note("2"), new Note("3", "loud"), new Note("4") };
        var messages = Format.Write(notes, null);
        Assert.Equal(
            [(CloudEventsWireFormat.BatchContentType, "1+1", NoteEvents.Quiet), (CloudEventsWireFormat.ContentType, "3", NoteEvents.Loud), (CloudEventsWireFormat.ContentType, "4", NoteEvents.Quiet)],
            messages.Select(message => (message.ContentType, message.MessageId, message.Type)));
        Assert.Equal(notes, messages.SelectMany(message => Format.Read(message).Events));
    }

    [Fact]
    public void Should_let_events_of_one_type_travel_together_when_only_subjects_keep_their_order()
    {
        var notes = new[] { new Note("a1"), new Note("b1", "loud"), new Note("c1"), new Note("b2"), new Note("d1", "loud"), new Note("a2") };

        var messages = BySubject.Write(notes, null);

        // b2 must not overtake b1, and so begins a message of its own; a2 joins it, for that is the last of its type.
        Assert.Equal(
            [("a1+1", NoteEvents.Quiet, "a1 c1"), ("b1+1", NoteEvents.Loud, "b1 d1"), ("b2+1", NoteEvents.Quiet, "b2 a2")],
            messages.Select(message => (message.MessageId, message.Type, string.Join(' ', Format.Read(message).Events.Cast<Note>().Select(note => note.Id)))));
    }

    [Theory]
    [InlineData("application/cloudevents+json; charset=utf-8")]
    [InlineData("Application/CloudEvents+JSON")]
    public void Should_know_its_media_type_however_it_is_written(string contentType)
    {
        var message = Format.Write([new Note("1")], null)[0] with { ContentType = contentType };
        Assert.Single(Format.Read(message).Events);
    }

    [Theory]
    [InlineData("", "no CloudEvent")]
    [InlineData("hello", "no CloudEvent")]
    [InlineData("null", "no CloudEvent")]
    [InlineData("[]", "no CloudEvent")]
    [InlineData("{}", "no CloudEvent")]
    [InlineData("""{"specversion":"0.1","id":"1","source":"/x","type":"specs.note","data":{}}""", "no CloudEvent")]
    [InlineData("""{"specversion":"1.0","id":"","source":"/x","type":"specs.note","data":{"id":"1"}}""", "no CloudEvent")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/x","type":"else","data":{"id":"1"}}""", "no known type")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/x","type":"specs.note"}""", "no data")]
    public void Should_refuse_malformed_JSON_with_a_reason(string body, string reason)
    {
        var fault = Assert.Throws<RabbitMqWireException>(() => Format.Read(new WireMessage(Encoding.UTF8.GetBytes(body), CloudEventsWireFormat.ContentType)));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_refuse_a_bomb_of_brackets_an_empty_batch_and_other_content()
    {
        var bomb = Encoding.UTF8.GetBytes(new string('[', 100_000));
        Assert.Throws<RabbitMqWireException>(() => Format.Read(new WireMessage(bomb, CloudEventsWireFormat.BatchContentType)));
        Assert.Throws<RabbitMqWireException>(() => Format.Read(new WireMessage("[]"u8.ToArray(), CloudEventsWireFormat.BatchContentType)));
        Assert.Throws<RabbitMqWireException>(() => Format.Read(new WireMessage("{}"u8.ToArray(), "application/json")));
        Assert.Throws<RabbitMqWireException>(() => Format.Read(new WireMessage("{}"u8.ToArray(), null)));
    }

    /// <summary>The first letter of a note is what it is about.</summary>
    private sealed class NotesOfSubjects : ICloudEventMapper
    {
        private readonly NoteEvents _notes = new();

        public CloudEvent Write(object item)
        {
            var written = _notes.Write(item);
            written.Subject = written.Id![..1];
            return written;
        }

        public object Read(CloudEvent cloudEvent) => _notes.Read(cloudEvent);
    }
}
