using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// What is in memory of one stream. One batch is out at a time; whatever arrives meanwhile is the next one, so batches grow with the load.
/// Guarded by the lock of its <see cref="OutboxBuffer"/>.
/// </summary>
internal sealed class StreamBuffer(StreamId id, QueueBuffer queue, long accepted)
{
    private readonly Queue<OutboxRow> _waiting = new();
    private readonly Queue<OutboxRow> _urgent = new();
    private Queue<OutboxRow> _again = new();
    private bool _isPatient = true;
    private int _alone;

    public StreamId Id { get; } = id;

    public QueueBuffer Queue { get; } = queue;

    /// <summary>Every row of the stream up to this id was taken into memory (or there is none).</summary>
    public long Accepted { get; private set; } = accepted;

    /// <summary>The newest row that is known of and was not taken into memory.</summary>
    public long Missed { get; private set; }

    /// <summary>Rows lie in the table that are not in memory; newer ones must queue up behind them.</summary>
    public bool IsBehind => Missed > Accepted;

    /// <summary>Takes rows from the pages that are being read now.</summary>
    public bool IsOpen { get; set; }

    /// <summary><see cref="Missed"/> when the page that is being read now was asked for.</summary>
    public long MissedBeforeRead { get; set; }

    /// <summary>What a consumer is working on.</summary>
    public Delivery? Out { get; set; }

    public bool IsReady { get; set; }

    /// <summary>In memory, with those that are out.</summary>
    public int Rows => Waiting + (Out?.Rows.Count ?? 0);

    public int Waiting => _waiting.Count + _urgent.Count + _again.Count;

    /// <summary>Whether all that waits may wait for more.</summary>
    public bool IsPatient => _isPatient && _urgent.Count + _again.Count == 0;

    /// <param name="row">The newest of the stream.</param>
    /// <param name="haste">When it is to be delivered.</param>
    public void Accept(OutboxRow row, Haste haste)
    {
        (haste == Haste.Urgent ? _urgent : _waiting).Enqueue(row);
        _isPatient &= haste != Haste.AtOnce;
        Accepted = row.Id;
    }

    /// <summary>It has waited long enough.</summary>
    public void LosePatience() => _isPatient = false;

    public void Miss(long id) => Missed = Math.Max(Missed, id);

    /// <summary>All rows up to <paramref name="id"/> are in memory or gone.</summary>
    public void Cover(long id) => Accepted = Math.Max(Accepted, id);

    /// <summary>The next batch. Rows that failed together come back one by one, so that only those that fail alone are put aside.</summary>
    public Delivery Take(int limit)
    {
        var alone = _alone > 0;
        var rows = new List<OutboxRow>();
        if (_again.Count > 0)
        {
            Move(_again, rows, alone ? 1 : limit);
        }
        else
        {
            Move(_urgent, rows, limit);
            // Urgent ones may come without end: what has waited long enough, or is many, goes with them.
            if (rows.Count == 0 || !_isPatient || _waiting.Count >= limit)
                Move(_waiting, rows, limit);
        }

        if (alone)
            _alone--;

        _isPatient |= _waiting.Count == 0;
        return Out = new Delivery(this, rows, alone);
    }

    /// <summary>Puts what is out back to the front.</summary>
    public void TakeBack(bool alone)
    {
        var delivery = Out!;
        Out = null;
        _again = new Queue<OutboxRow>([.. delivery.Rows, .. _again]);
        if (alone)
            _alone += delivery.Rows.Count;
    }

    public DateTimeOffset? Oldest => First?.WrittenAt;

    /// <summary>Every row of the stream up to this id is delivered, or put aside.</summary>
    public long DealtWith => First is { } first ? first.Id - 1 : IsBehind ? Accepted : long.MaxValue;

    /// <summary>The oldest. What is urgent has gone before what is older, so batches are not in the order of their ids.</summary>
    private OutboxRow? First
    {
        get
        {
            OutboxRow? first = null;
            foreach (var row in Out?.Rows ?? [])
                first = Older(first, row);
            foreach (var row in _again)
                first = Older(first, row);
            return Older(Older(first, _urgent.TryPeek(out var urgent) ? urgent : null), _waiting.TryPeek(out var waiting) ? waiting : null);
        }
    }

    private static OutboxRow? Older(OutboxRow? first, OutboxRow? second) => first is null || second?.Id < first.Id ? second : first;

    private static void Move(Queue<OutboxRow> from, List<OutboxRow> into, int limit)
    {
        while (into.Count < limit && from.TryDequeue(out var row))
            into.Add(row);
    }
}

/// <summary>When a row is to be delivered.</summary>
internal enum Haste
{
    /// <summary>With all that waits.</summary>
    AtOnce,

    /// <summary>Once more have come, or after a while.</summary>
    Patient,

    /// <summary>Before all that waits.</summary>
    Urgent,
}

/// <summary>Rows of one stream that are out for delivery together.</summary>
/// <param name="Stream">Whose rows they are.</param>
/// <param name="Rows">In order.</param>
/// <param name="Alone">One row that was in a batch that failed.</param>
internal sealed record Delivery(StreamBuffer Stream, IReadOnlyList<OutboxRow> Rows, bool Alone);
