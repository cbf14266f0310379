using System.Net.Sockets;
using Orleans.Streams.RabbitMQ.DeadLetters;
using Orleans.Streams.RabbitMQ.Wire;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>Takes what one channel brings, message by message: reads it and files it, or puts it aside. Never throws.</summary>
internal sealed class QueueHandler(
    IChannel channel, int epoch, Inbox inbox, IRabbitMqWireFormat format, DeadLetterOffice deadLetters, StreamMetrics metrics, TimeProvider time, Action<string, bool> ended)
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
        Delivery delivery;
        try
        {
            var stream = WireHeaders.ReadStream(message.Properties.Headers);
            delivery = new Delivery(message, stream, format.Read(Envelope.MessageOf(message.Properties, message.Body))) { ReceivedAt = receivedAt };
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

            return Task.CompletedTask;
        }

        inbox.Add(epoch, deliveryTag, delivery);
        return Task.CompletedTask;
    }

    /// <summary>The broker has ended it: its queue was deleted, or its node is going.</summary>
    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        ended("RabbitMQ has cancelled the consumer; was the queue deleted?", false);
        return base.HandleBasicCancelAsync(consumerTag, cancellationToken);
    }

    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        ended($"{reason.Initiator} closed the channel: {reason.ReplyText} ({reason.ReplyCode})", IsUnreadable(reason));
        return base.HandleChannelShutdownAsync(channel, reason);
    }

    /// <summary>The network fails with an <see cref="IOException"/>; the client's own reading of what came, with anything else.</summary>
    private static bool IsUnreadable(ShutdownEventArgs reason) =>
        reason is { Initiator: ShutdownInitiator.Library, Exception: { } fault }
        && fault is not (IOException or SocketException or OperationCanceledException or ObjectDisposedException or OperationInterruptedException or TimeoutException);

    private static readonly WireEvents Nothing = new([]);
}
