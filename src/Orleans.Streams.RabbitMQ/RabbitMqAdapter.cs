using System.Collections.Concurrent;
using Orleans.Streams.RabbitMQ.Authentication;
using Orleans.Streams.RabbitMQ.Receiving;
using Orleans.Streams.RabbitMQ.Topology;
using Orleans.Streams.RabbitMQ.Wire;

namespace Orleans.Streams.RabbitMQ;

/// <summary>An Orleans queue adapter whose queues are RabbitMQ's. Thread-safe.</summary>
internal sealed class RabbitMqAdapter(RabbitMqProvider provider, IStreamQueueMapper mapper, StreamProviderDirection direction) : IQueueAdapter, IQueueAdapterCache
{
    private readonly Subscribed _subscribed = new(provider.Options);
    private readonly ConcurrentDictionary<QueueId, QueueReader> _beginning = new();

    public string Name => provider.Name;

    /// <summary>What is delivered is gone from the queue.</summary>
    public bool IsRewindable => false;

    public StreamProviderDirection Direction => direction;

    /// <summary>Ends when the broker has confirmed all of it. After a fault, some of the messages of one call may be stored.</summary>
    public Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        if (token is not null)
            throw new ArgumentException("RabbitMQ orders events by their arrival; a sequence token cannot be chosen.", nameof(token));

        object[] items = [.. events.Select(item => item is null ? throw new ArgumentNullException(nameof(events), "A stream cannot carry null.") : (object)item)];
        return items.Length == 0 ? Task.CompletedTask : Publish(streamId, items, requestContext);
    }

    /// <summary>The agent makes a cache first, then the receiver that fills it.</summary>
    public IQueueCache CreateQueueCache(QueueId queueId)
    {
        var reader = new QueueReader(provider, provider.Names.Queue(PartitionOf(queueId)));
        _beginning[queueId] = reader;
        return reader.Cache;
    }

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => _beginning.TryRemove(queueId, out var reader)
        ? reader.Receiver
        : throw new InvalidOperationException($"The pulling agent of {queueId} has made no cache for its receiver.");

    private async Task Publish(StreamId stream, object[] events, Dictionary<string, object>? requestContext)
    {
        var exchange = provider.Names.Exchange;
        var messages = Write(stream, events, requestContext);
        using var activity = StreamTracing.StartPublish(exchange, stream, events.Length, messages);
        foreach (var message in messages)
        {
            if (message.Body.Length > provider.Options.MaxMessageBytes)
                throw new ArgumentException($"The message for {stream} has {message.Body.Length} bytes; {nameof(RabbitMqStreamOptions.MaxMessageBytes)} is {provider.Options.MaxMessageBytes}.", nameof(events));
        }

        var partition = PartitionOf(mapper.GetQueueForStream(stream));
        var streamNamespace = stream.GetNamespace() ?? "";
        var confirms = new Task[messages.Count];
        for (var i = 0; i < confirms.Length; i++)
        {
            var message = messages[i];
            var properties = Envelope.PropertiesOf(message, stream);
            if (provider.Keys?.Current.Signing is { } key)
                MessageDigest.Write(key, properties, message.Body.Span);
            confirms[i] = provider.Publisher.Publish(
                exchange,
                Names.RoutingKey(provider.Options, streamNamespace, message.Type, partition),
                _subscribed.Wants(streamNamespace, message.Type),
                properties,
                message.Body);
        }

        await Task.WhenAll(confirms);
    }

    /// <summary>Whatever a format throws is about the events: who publishes for others (an outbox) must be able to tell it from a broker that is away.</summary>
    private IReadOnlyList<WireMessage> Write(StreamId stream, object[] events, Dictionary<string, object>? requestContext)
    {
        try
        {
            return provider.Format.Write(events, requestContext);
        }
        catch (Exception e) when (e is not (ArgumentException or NotSupportedException))
        {
            throw new ArgumentException($"The events for {stream} cannot be written: {e.Message}", nameof(events), e);
        }
    }

    private static int PartitionOf(QueueId queueId) => (int)queueId.GetNumericId();
}
