using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Wire;

public sealed class When_events_are_written_as_Orleans_bytes
{
    private readonly OrleansWireFormat _format =
        new(new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>());

    [Fact]
    public void Should_be_one_message_that_reads_as_they_were()
    {
        var message = Assert.Single(_format.Write([new Note("1", "a"), new Whisper("2")], new Dictionary<string, object> { ["who"] = "me" }));
        var read = _format.Read(message);
        Assert.Equal([new Note("1", "a"), new Whisper("2")], read.Events);
        Assert.Equal("me", read.RequestContext!["who"]);
    }

    [Fact]
    public void Should_refuse_another_content_type()
    {
        var fault = Assert.Throws<RabbitMqWireException>(() => _format.Read(new WireMessage(new byte[10], "text/plain")));
        Assert.Contains("text/plain", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_refuse_garbage_with_a_reason_and_never_otherwise()
    {
        var good = _format.Write([new Note("1", new string('x', 100))], null)[0].Body.ToArray();
        var random = new Random(7);
        var refused = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var bytes = good.AsSpan(0, i % 2 == 0 ? good.Length : random.Next(good.Length)).ToArray();
            for (var flips = random.Next(1, 5); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                Assert.NotEmpty(_format.Read(new WireMessage(bytes, OrleansWireFormat.ContentType)).Events);
            }
            catch (RabbitMqWireException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1_000, 5_000);
    }
}
