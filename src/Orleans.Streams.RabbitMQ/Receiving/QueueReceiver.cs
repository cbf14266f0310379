using Orleans.Streams.RabbitMQ.DeadLetters;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>
/// What the pulling agent of one queue reads from. It waits for messages instead of being polled, and never throws: the agent would pause for
/// seconds. Acknowledging is not the agent's business: it is told only of what leaves its cache.
/// </summary>
internal sealed class QueueReceiver(Inbox inbox, QueueConsumer consumer, DeadLetterOffice deadLetters, Action<Inbox> closed) : IQueueAdapterReceiver
{
    // Bounds only how late the agent does its housekeeping; a stop cancels the wait.
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(500);

    private int _state;

    private const int Open = 1;
    private const int Closed = 2;

    public Task Initialize(TimeSpan timeout)
    {
        if (Interlocked.CompareExchange(ref _state, Open, 0) == 0)
            consumer.Start();
        return Task.CompletedTask;
    }

    [Obsolete("Required by the interface.")]
    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _state) != Open)
            return [];

        try
        {
            do
            {
                var batches = inbox.Take(maxCount);
                if (batches.Count > 0)
                    return batches;

                // The signal may be one for messages that were taken before it was looked at; to return empty-handed would cost a timer tick.
            }
            while (await inbox.WaitForMessages(Wait, cancellationToken));

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

    /// <summary>The agent has let its deliveries end, so that everything that was taken is settled.</summary>
    public async Task Shutdown(TimeSpan timeout)
    {
        if (Interlocked.Exchange(ref _state, Closed) != Open)
            return;

        await deadLetters.Stop(timeout / 2);
        await consumer.Stop(timeout / 2);
        // Nothing is disposed: a handler or a dead letter that comes too late must not stumble over it, and there is nothing but memory to give back.
        closed(inbox);
    }
}
