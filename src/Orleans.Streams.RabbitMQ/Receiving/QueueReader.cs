using Orleans.Streams.RabbitMQ.Connections;
using Orleans.Streams.RabbitMQ.DeadLetters;
using Orleans.Streams.Settling;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>What one pulling agent needs to read one queue: made anew each time the queue comes to this silo.</summary>
internal sealed class QueueReader
{
    public QueueReader(RabbitMqProvider provider, string queue)
    {
        // Twice what can be unanswered: that much can come again after a connection is lost.
        var inbox = new Inbox(provider.Options.MaximumBatch, 2 * provider.Options.Prefetch, provider.Metrics, provider.Time);
        var office = new DeadLetterOffice(queue, provider.Names, provider.Publisher, inbox, provider.Time, provider.Logger<DeadLetterOffice>());
        var reader = new MessageReader(provider.Format, provider.Keys, provider.Options.Unproven, provider.Metrics);
        var consumer = new QueueConsumer(
            queue, provider.Options, provider.Consuming, () => provider.Connection(BrokerPurpose.Consuming), provider.Topology, inbox, reader, office, provider.Metrics, provider.Time, provider.Logger<QueueConsumer>());
        var settlement = new Settlement(provider.Options, inbox, office, provider.Metrics, provider.Logger<Settlement>(), provider.Time);

        provider.Add(inbox);
        Cache = new SettlingCache<RabbitMqBatch>(settlement);
        Receiver = new QueueReceiver(inbox, consumer, office, provider.Remove);
    }

    public IQueueCache Cache { get; }

    public IQueueAdapterReceiver Receiver { get; }
}
