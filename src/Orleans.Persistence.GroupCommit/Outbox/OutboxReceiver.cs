using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// The pulling agent's hand in the buffer. It waits for events instead of being polled, so that they leave within a fraction of a
/// millisecond; it needs no acknowledgements, because the <see cref="Orleans.Streams.Settling.SettlingCache{TBatch}"/> sees each delivery end.
/// </summary>
internal sealed class OutboxReceiver(OutboxDispatcher dispatcher, QueueId queueId) : IQueueAdapterReceiver
{
    // Bounds only how late the agent does its housekeeping; a stop cancels the wait.
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(500);

    private QueueBuffer? _queue;

    public Task Initialize(TimeSpan timeout)
    {
        _queue ??= dispatcher.Open(queueId);
        return Task.CompletedTask;
    }

    [Obsolete("Required by the interface.")]
    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        if (_queue is not { } queue)
            return [];

        try
        {
            do
            {
                var batches = dispatcher.Take(queue, maxCount);
                if (batches.Count > 0)
                    return batches;

                // The signal may be one for rows that were taken before it was looked at; to return empty-handed would cost a timer tick.
            }
            while (await queue.WaitForRows(Wait, cancellationToken));

            return [];
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    [Obsolete("Required by the interface.")]
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task Shutdown(TimeSpan timeout)
    {
        if (Interlocked.Exchange(ref _queue, null) is { } queue)
            await dispatcher.Close(queue, timeout);
    }
}
