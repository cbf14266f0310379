namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>
/// Reads rows for activations on threads of its own. They come in bursts: whatever waits is read in one transaction, and no thread
/// that runs grains ever waits for the disk.
/// </summary>
internal sealed class BatchReader(IDialect dialect, int maximumBatch)
{
    // While one reads a grain with very many entries, the other one reads the rest.
    private const int Threads = 2;

    private readonly object _gate = new();
    private readonly Queue<PendingRead> _waiting = new();
    private bool _stopped;
    private volatile bool _failing;

    /// <summary>The newest read failed.</summary>
    public bool IsFailing => _failing;

    public void Start()
    {
        for (var i = 0; i < Threads; i++)
            new Thread(Run) { IsBackground = true, Name = "group commit reader" }.Start();
    }

    public Task<StoredRow?> Read(RowId row, CancellationToken cancellationToken)
    {
        try
        {
            // In a batch it would fail the reads of others, too.
            dialect.Verify(row);
        }
        catch (ArgumentException e)
        {
            return Task.FromException<StoredRow?>(e);
        }

        var read = new PendingRead(row);
        lock (_gate)
        {
            if (_stopped)
                return Task.FromException<StoredRow?>(new InvalidOperationException("The silo has stopped: its database is closed."));

            _waiting.Enqueue(read);
            Monitor.Pulse(_gate);
        }

        return cancellationToken.CanBeCanceled ? read.Task.WaitAsync(cancellationToken) : read.Task;
    }

    /// <summary>No more reads; what waits is still answered.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        List<PendingRead> batch = [];
        while (Take(batch))
        {
            Answer(batch);
            batch.Clear();
        }
    }

    /// <summary>Takes what waits. A monitor, because it sleeps at once where a blocking collection spins first.</summary>
    /// <returns>False: stopped, and nothing waits any more.</returns>
    private bool Take(List<PendingRead> batch)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_stopped)
                Monitor.Wait(_gate);

            while (batch.Count < maximumBatch && _waiting.TryDequeue(out var read))
                batch.Add(read);
        }

        return batch.Count > 0;
    }

    private void Answer(List<PendingRead> batch)
    {
        var rows = new RowId[batch.Count];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = batch[i].Row;

        try
        {
            var found = dialect.Read(rows, CancellationToken.None).GetAwaiter().GetResult();
            _failing = false;
            for (var i = 0; i < rows.Length; i++)
                batch[i].SetResult(found[i]);
        }
        catch (Exception e)
        {
            _failing = true;
            foreach (var read in batch)
                read.TrySetException(e);
        }
    }

    private sealed class PendingRead(RowId row) : TaskCompletionSource<StoredRow?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public RowId Row { get; } = row;
    }
}
