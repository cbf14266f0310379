using Orleans.Streams.RabbitMQ.DeadLetters;
using Orleans.Streams.RabbitMQ.Wire;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>Takes what one channel brings, message by message: reads it and files it, or puts it aside. Never throws.</summary>
internal sealed class QueueHandler(
    IChannel channel, int epoch, Inbox inbox, IRabbitMqWireFormat format, DeadLetterOffice deadLetters, StreamMetrics metrics, TimeProvider time, Action<string> ended)
    : AsyncDefaultBasicConsumer(channel)
{
    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        var message = ReceivedMessage.Copy(exchange, routingKey, redelivered, properties, body);
        metrics.Received(1);
        if (!inbox.IsNew(epoch, deliveryTag, message))
            return Task.CompletedTask;

        var receivedAt = time.GetTimestamp();
        try
        {
            var stream = WireHeaders.ReadStream(message.Properties.Headers);
            var content = format.Read(Envelope.MessageOf(message.Properties, message.Body));
            inbox.Add(epoch, deliveryTag, new Delivery(message, stream, content) { ReceivedAt = receivedAt });
        }
        catch (Exception e)
        {
            // A format of one's own may throw anything; its message must not be lost, and those behind it must not wait.
            var now = time.GetUtcNow();
            var reason = e is RabbitMqWireException ? e.Message : $"It cannot be read: {e.GetType().Name}: {e.Message}";
            var unreadable = new Delivery(message, default, Nothing) { ReceivedAt = receivedAt };
            if (inbox.AddDeadLetter(epoch, deliveryTag, unreadable))
            {
                metrics.DeadLettered("unreadable");
                deadLetters.Accept(unreadable, new DeadLetterReason(reason, now, now, Exception: e is RabbitMqWireException ? e.InnerException : e));
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The broker has ended it: its queue was deleted, or its node is going.</summary>
    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        ended("RabbitMQ has cancelled the consumer; was the queue deleted?");
        return base.HandleBasicCancelAsync(consumerTag, cancellationToken);
    }

    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        ended($"{reason.Initiator} closed the channel: {reason.ReplyText} ({reason.ReplyCode})");
        return base.HandleChannelShutdownAsync(channel, reason);
    }

    private static readonly WireEvents Nothing = new([]);
}
