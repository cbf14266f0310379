using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;
using Orleans.Streams;
using Orleans.Streams.Settling;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>An Orleans queue whose storage is the outbox table.</summary>
internal sealed class OutboxAdapter(string name, OutboxDispatcher dispatcher, ICommitter committer, Serializer serializer, TimeProvider time)
    : IQueueAdapter, IQueueAdapterCache
{
    public string Name => name;

    /// <summary>Delivered events are gone.</summary>
    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    /// <summary>Ends when the events are durable, all or none of them.</summary>
    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        if (token is not null)
            throw new ArgumentException("Outbox streams order events by their commits; a sequence token cannot be chosen.", nameof(token));

        // Without Item: unlike an event of a commit, this one may be changed by its publisher later.
        var now = time.GetUtcNow();
        OutboxRow[] rows = [.. events.Select(item => RowOf(streamId, item, now))];
        return rows.Length == 0 ? Task.CompletedTask : committer.Commit(new OutboxAppend(rows));
    }

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new OutboxReceiver(dispatcher, queueId);

    public IQueueCache CreateQueueCache(QueueId queueId) => new SettlingCache<OutboxBatch>(dispatcher);

    private OutboxRow RowOf<T>(StreamId streamId, T item, DateTimeOffset now)
    {
        if (item is null)
            throw new ArgumentNullException(nameof(item), "A stream cannot carry null.");

        return OutboxRow.For(name, streamId, serializer.SerializeToArray<object>(item), now);
    }
}
