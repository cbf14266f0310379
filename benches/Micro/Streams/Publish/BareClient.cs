using System.Globalization;
using Orleans.Streams.RabbitMQ;
using Orleans.Streams.RabbitMQ.Topology;
using RabbitMQ.Client;
using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Closed;

namespace Shop.Benches.Micro.Streams.Publish;

/// <summary>
/// RabbitMQ.Client as somebody uses it who wants nothing but speed and his confirms: one loop that sends, the confirms counted by hand. The
/// exchange and the queues are declared by the provider's own code.
/// </summary>
internal sealed class BareClient : IPublisherUnderTest, IAsyncDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    private readonly byte[] _body = new byte[StreamSettings.BodyBytes];
    private readonly Names _names = new("bench-bare");
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private BareClient(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public string Name => "RabbitMQ.Client";

    public IEnumerable<string> Queues => Enumerable.Range(0, StreamSettings.Queues).Select(_names.Queue);

    public static async Task<BareClient> Connect(Uri amqp)
    {
        var connection = await Broker.Connect(amqp);
        // Its own tracking of confirms slows senders down long before its limit is reached: without it, this is the faster opponent.
        var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false));
        var client = new BareClient(connection, channel);
        await new BrokerTopology(new RabbitMqStreamOptions { QueueCount = StreamSettings.Queues }, client._names).Declare(connection, CancellationToken.None);
        return client;
    }

    public async Task<Round> Run(int inFlight, TimeSpan warmup, TimeSpan window, CpuClock clock, CancellationToken cancel)
    {
        using var confirms = new ConfirmBook(inFlight, await _channel.GetNextPublishSequenceNumberAsync(cancel));
        _channel.BasicAcksAsync += confirms.Acked;
        _channel.BasicNacksAsync += confirms.Refused;
        _channel.BasicReturnAsync += confirms.Returned;
        try
        {
            var open = true;
            var sending = Task.Run(Send, cancel);
            await Task.Delay(warmup, cancel);
            var start = clock.Read();
            await Task.Delay(window, cancel);
            var end = clock.Read();
            Volatile.Write(ref open, false);
            await sending;
            await confirms.All().WaitAsync(DrainLimit, cancel);
            return Round.From(start, end, confirms.Ended);

            async Task Send()
            {
                for (var n = 0; Volatile.Read(ref open); n++)
                {
                    await confirms.Next();
                    var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent, MessageId = Guid.CreateVersion7().ToString("N") };
                    var key = (n % StreamSettings.Queues).ToString(CultureInfo.InvariantCulture);
                    await _channel.BasicPublishAsync(_names.Exchange, key, mandatory: true, properties, _body, cancel);
                }
            }
        }
        finally
        {
            _channel.BasicAcksAsync -= confirms.Acked;
            _channel.BasicNacksAsync -= confirms.Refused;
            _channel.BasicReturnAsync -= confirms.Returned;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
