using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>What is in memory of the streams that one pulling agent reads. Guarded by the lock of its <see cref="OutboxBuffer"/>.</summary>
internal sealed class QueueBuffer(QueueId id) : IDisposable
{
    private readonly SemaphoreSlim _arrived = new(0, 1);

    public QueueId Id { get; } = id;

    /// <summary>Streams that have rows waiting and nothing out.</summary>
    public Queue<StreamBuffer> Ready { get; } = new();

    public int Rows { get; set; }

    /// <summary>Has to grow from batch to batch over all streams of the queue.</summary>
    public long LastSequence { get; set; }

    public void MakeReady(StreamBuffer stream)
    {
        if (stream.IsReady || stream.Out is not null || stream.Waiting == 0)
            return;

        stream.IsReady = true;
        Ready.Enqueue(stream);
        if (_arrived.CurrentCount == 0)
            _arrived.Release();
    }

    /// <summary>Not under the lock. True when something is ready (or was), false when the time is over; throws when cancelled.</summary>
    public Task<bool> WaitForRows(TimeSpan limit, CancellationToken cancellationToken) => _arrived.WaitAsync(limit, cancellationToken);

    public void Dispose() => _arrived.Dispose();
}
