using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ;

/// <summary>How one stream provider uses RabbitMQ. Validated when the silo or the client starts.</summary>
public sealed partial class RabbitMqStreamOptions
{
    /// <summary>
    /// Where the broker is: <c>amqp://user:password@host:5672/vhost</c>, or <c>amqps://</c> for TLS. Several nodes of one cluster are
    /// separated by commas (the same user and virtual host, all with TLS or all without); one that answers is used, another when it dies.
    /// Default <c>amqp://guest:guest@localhost:5672/</c>, which RabbitMQ accepts on its own machine only.
    /// </summary>
    [Redact]
    public string ConnectionString { get; set; } = "amqp://guest:guest@localhost:5672/";

    /// <summary>
    /// Changes what RabbitMQ.Client is given: <c>Ssl</c> (certificates, host names), a credentials provider. Recovery, dispatch and heartbeat
    /// are set afterwards; the provider depends on them.
    /// </summary>
    public Action<ConnectionFactory>? ConfigureConnection { get; set; }

    /// <summary>
    /// How often both sides say that they live. Default 5 s; a dead peer is noticed after two. Longer: a frozen silo keeps its
    /// queues that much longer. Shorter: a busy machine is taken for a dead one.
    /// </summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one attempt to connect may take. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the start of a silo or client waits for the broker, and for a user, a password, permissions or a virtual host that it does not know yet, before it
    /// fails with the reason. Default 1 min; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever; zero does not wait: streams begin to work when the broker is
    /// there. A queue that is declared otherwise fails it at once, except with zero.
    /// </summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How events look in messages. Default: <see cref="OrleansWireFormat"/>. All silos and clients of a provider agree on it.</summary>
    public Func<IServiceProvider, IRabbitMqWireFormat> WireFormat { get; set; } =
        services => new OrleansWireFormat(services.GetRequiredService<Serializer>());

    /// <summary>
    /// How many unanswered messages the broker gives to the receiver of one queue. Default 256. More: memory, and more to repeat
    /// after a crash. Fewer: consumers wait for the network.
    /// </summary>
    public ushort Prefetch { get; set; } = 256;

    /// <summary>
    /// How many messages of one stream go to its consumer in one call, at most. Default 64. More: fewer calls, more repeated when one
    /// event fails.
    /// </summary>
    public int MaximumBatch { get; set; } = 64;

    /// <summary>
    /// How long a consumer that throws is called again (after 0.1 s, doubling to 5 s) before its message becomes a dead letter. Default
    /// 1 min. Meanwhile its stream waits; other streams do not. Too short: dead letters because of a passing fault.
    /// </summary>
    public TimeSpan MaxEventDeliveryTime { get; set; } = StreamPullingAgentOptions.DEFAULT_MAX_EVENT_DELIVERY_TIME;

    /// <summary>
    /// Which exceptions of subscribers blame no message, but something that they need and that is away: a database, say. Messages that fail so are delivered
    /// again and again, however long it takes, and become no dead letters. Null (default): none. Danger: a subscriber that always
    /// fails so holds up its streams, and up to <see cref="Prefetch"/> messages of their queues, for ever. Must be quick and not throw.
    /// </summary>
    public Func<Exception, bool>? IsOutage { get; set; }
}
