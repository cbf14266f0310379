using System.Net.Sockets;
using Orleans.Streams.RabbitMQ.DeadLetters;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>Takes what one channel brings, message by message: reads it and files it, or puts it aside. Never throws.</summary>
internal sealed class QueueHandler(
    IChannel channel, int epoch, Inbox inbox, MessageReader reader, DeadLetterOffice deadLetters, StreamMetrics metrics, TimeProvider time, Action<string, bool> ended)
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
        if (reader.TryRead(message, out var stream, out var events, out var refusal))
            inbox.Add(epoch, deliveryTag, new Delivery(message, stream, events) { ReceivedAt = receivedAt });
        else
            PutAside(deliveryTag, new Delivery(message, stream, events) { ReceivedAt = receivedAt }, refusal);

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

    private void PutAside(ulong deliveryTag, Delivery delivery, Refusal refusal)
    {
        if (!inbox.AddDeadLetter(epoch, deliveryTag, delivery))
            return;

        var now = time.GetUtcNow();
        metrics.DeadLettered(refusal.Kind);
        deadLetters.Accept(delivery, new DeadLetterReason(refusal.Reason, now, now, Exception: refusal.Exception));
    }
}
