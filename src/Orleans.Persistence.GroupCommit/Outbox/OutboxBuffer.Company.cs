using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// Rows may wait for others of their stream, so that they are delivered together. Only those that this process has just written: what is
/// read from the table has waited long enough.
/// </summary>
internal sealed partial class OutboxBuffer
{
    private readonly HashSet<StreamBuffer> _patient = [];
    private readonly TimeSpan _delay;
    private readonly Func<object, bool>? _isUrgent;
    private readonly ITimer? _company;
    private bool _isOver;

    /// <param name="provider">Whose rows it holds.</param>
    /// <param name="limits">How many of them.</param>
    /// <param name="mapper">Which queue a stream is of.</param>
    /// <param name="delay">How long a row may wait for others.</param>
    /// <param name="isUrgent">Which do not wait.</param>
    /// <param name="time">That the delay goes by.</param>
    public OutboxBuffer(string provider, OutboxLimits limits, IStreamQueueMapper mapper, TimeSpan delay, Func<object, bool>? isUrgent, TimeProvider time)
        : this(provider, limits, mapper)
    {
        if (delay > TimeSpan.Zero)
            (_delay, _isUrgent, _company) = (delay, isUrgent, time.CreateTimer(_ => EndWaiting(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
    }

    /// <summary>Nothing waits for others any more: the silo stops.</summary>
    public void StopWaiting()
    {
        lock (_gate)
            _isOver = true;

        EndWaiting();
    }

    private Haste HasteOf(OutboxRow row)
    {
        if (_company is null || _isOver || row.Item is not { } item)
            return Haste.AtOnce;
        if (_isUrgent?.Invoke(item) != true)
            return Haste.Patient;
        return row.Place is { Sequence: 1 } ? Haste.Urgent : Haste.AtOnce;
    }

    private void MakeReady(StreamBuffer stream)
    {
        if (_company is null || !stream.IsPatient || stream.Waiting >= _limits.Batch)
            stream.Queue.MakeReady(stream);
        else if (stream.Waiting > 0 && _patient.Add(stream) && _patient.Count == 1)
            _company.Change(_delay, Timeout.InfiniteTimeSpan);
    }

    private void EndWaiting()
    {
        lock (_gate)
        {
            foreach (var stream in _patient)
            {
                stream.LosePatience();
                stream.Queue.MakeReady(stream);
            }

            _patient.Clear();
        }
    }
}
