using System.Collections.Concurrent;
using System.Security.Cryptography;
using Orleans.Streams.RabbitMQ;
using RabbitMQ.Client;

namespace RabbitMq.Specs.Authentication;

/// <summary>A silo with keys, and a stranger who has seen what it published.</summary>
public abstract class SignedSpec : BrokerSpec
{
    protected const string Header = "orleans-digest";

    private readonly ConcurrentQueue<RabbitMqAuthenticity> _read = new();

    /// <summary>What the wire format was told of each message, in order.</summary>
    internal IReadOnlyList<RabbitMqAuthenticity> Told => [.. _read];

    internal KeysUnderSpec Keys { get; } = new();

    internal static RabbitMqMessageKey NewKey(string id) => new(id, RandomNumberGenerator.GetBytes(32));

    internal Task<Silos> Start(Action<RabbitMqStreamOptions>? configure = null) => Silos.Start(Url, options =>
    {
        options.Name = "signed";
        options.QueueCount = 1;
        options.MessageKeys = _ => Keys;
        options.WireFormat = _ => new Telling(new CloudEventsWireFormat(new NoteEvents()), _read);
        configure?.Invoke(options);
    });

    /// <summary>A genuine message, as a stranger finds it in a queue of his own.</summary>
    internal static async Task<(BasicProperties Properties, byte[] Body)> Overhear(Silos silos, Reader stranger, string id)
    {
        const string Ear = "ear";
        await stranger.Channel.QueueDeclareAsync(Ear, durable: true, exclusive: false, autoDelete: false);
        await stranger.Channel.QueueBindAsync(Ear, silos.Parts.Names.Exchange, "0");
        await silos.Publish("a", id);
        await Eventually.Is(() => silos.Audience.Ids.Contains(id));
        var message = Assert.Single(await stranger.Drain(Ear));
        await stranger.Channel.QueueDeleteAsync(Ear);
        return (new BasicProperties(message.Properties) { Headers = new Dictionary<string, object?>(message.Properties.Headers!) }, message.Body);
    }

    internal sealed class KeysUnderSpec : IRabbitMqMessageKeys
    {
        public RabbitMqKeyRing Current { get; set; } = new(NewKey("first"), []);
    }

    private sealed class Telling(IRabbitMqWireFormat format, ConcurrentQueue<RabbitMqAuthenticity> told) : IRabbitMqWireFormat
    {
        public IReadOnlyList<WireMessage> Write(IReadOnlyList<object> events, IReadOnlyDictionary<string, object>? requestContext) => format.Write(events, requestContext);

        public WireEvents Read(WireMessage message)
        {
            told.Enqueue(message.Authenticity);
            return format.Read(message);
        }
    }
}
