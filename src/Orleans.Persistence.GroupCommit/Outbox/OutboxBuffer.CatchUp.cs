using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// The way back from the table into memory. After the start everything is read once (what an earlier process left); later only what did not
/// fit. A stream that is behind takes nothing from the writer until it has, in order, all that lies before: each page is read while newer
/// rows are stashed, and where the table ends the stash goes on.
/// </summary>
internal sealed partial class OutboxBuffer
{
    private readonly SemaphoreSlim _readerWanted = new(0, 1);
    private readonly HashSet<StreamBuffer> _behind = [];
    private readonly List<OutboxRow> _stash = [];
    private bool _recovering = true;
    private bool _passing = true;
    private bool _stashing;
    private bool _stashOverflowed;
    private long _position;

    /// <summary>How many rows are read at once.</summary>
    public int PageSize { get; init; } = 1_000;

    /// <summary>How many rows that are handed over during a read may be remembered, so that the reading comes to an end under load.</summary>
    public int StashLimit { get; init; } = 2_048;

    /// <summary>Ends when there may be something to read.</summary>
    public Task WaitForReading(CancellationToken cancellationToken) => _readerWanted.WaitAsync(cancellationToken);

    /// <summary>The page to read next; null when nothing is missing, or nothing has room.</summary>
    public OutboxPage? NextPage()
    {
        lock (_gate)
        {
            if (_passing && !CanGoOn())
            {
                if (_recovering)
                    return null;

                EndPass();
            }

            if (!_passing && !TryBeginPass())
                return null;

            foreach (var stream in _behind)
                stream.MissedBeforeRead = stream.Missed;

            _stash.Clear();
            _stashing = true;
            _stashOverflowed = false;
            return new OutboxPage(_position, PageSize);
        }
    }

    /// <summary>What the table held.</summary>
    public void AddPage(OutboxPage page, IReadOnlyList<OutboxRow> rows)
    {
        lock (_gate)
        {
            foreach (var row in rows)
                AddRead(row);

            if (rows.Count > 0)
                _position = rows[^1].Id;

            _stashing = false;
            if (rows.Count < page.Limit)
                ReachEnd();

            _behind.RemoveWhere(HasCaughtUp);
        }
    }

    /// <summary>The page could not be read.</summary>
    public void DropPage()
    {
        lock (_gate)
            _stashing = false;
    }

    private void AddRead(OutboxRow row)
    {
        if (row.Provider != _provider)
            return;

        // Rows of streams that are not behind come, or came, from the writer.
        var id = IdOf(row);
        if (!_recovering && !_streams.ContainsKey(id))
            return;

        var stream = StreamOf(row, id);
        if (row.Id <= stream.Accepted)
            return;

        if (stream.IsOpen && HasRoom(stream))
        {
            Accept(stream, row);
        }
        else if (stream.IsOpen || _recovering)
        {
            // Nothing newer may go before it: the stream has to wait for another pass. Of what an earlier process left, nobody else tells.
            stream.IsOpen = false;
            stream.Miss(row.Id);
            _behind.Add(stream);
        }
    }

    private void ReachEnd()
    {
        // What was known before this page was asked for was in the table, or is gone (somebody may have deleted it).
        foreach (var stream in _behind)
        {
            if (stream.IsOpen)
                stream.Cover(stream.MissedBeforeRead);
        }

        if (!_stashOverflowed)
        {
            foreach (var row in _stash)
                AddRead(row);
        }

        EndPass();
        if (_recovering)
            _newest = Math.Max(_newest, _position);

        _recovering = false;
    }

    private void Miss(StreamBuffer stream, OutboxRow row)
    {
        stream.Miss(row.Id);
        _behind.Add(stream);
        if (!_stashing)
            return;

        if (_stash.Count < StashLimit)
            _stash.Add(row);
        else
            _stashOverflowed = true;
    }

    private bool CanGoOn() => _recovering
        ? _queues.Values.Any(queue => ShareOf(queue) > 0)
        : _behind.Any(stream => stream.IsOpen && HasRoom(stream));

    private bool TryBeginPass()
    {
        var from = long.MaxValue;
        foreach (var stream in _behind)
        {
            if (WantsRows(stream))
                from = Math.Min(from, stream.Accepted);
        }

        if (from == long.MaxValue)
            return false;

        foreach (var stream in _behind)
            stream.IsOpen = stream.Accepted >= from;

        _position = from;
        return _passing = true;
    }

    private bool HasCaughtUp(StreamBuffer stream)
    {
        if (stream.IsBehind)
            return false;

        // From here on its rows come from the writer again.
        stream.IsOpen = _recovering;
        return true;
    }

    private void EndPass()
    {
        _passing = false;
        foreach (var stream in _recovering ? _streams.Values : (IEnumerable<StreamBuffer>)_behind)
            stream.IsOpen = false;
    }

    /// <summary>Not for every single row: a pass should bring many. But what has nothing must not wait for the others.</summary>
    private bool WantsRows(StreamBuffer stream) => stream.Rows == 0
        ? HasRoom(stream)
        : stream.Rows <= _limits.Stream / 2 && stream.Queue.Rows < Math.Max(1, _limits.Queue * 7L / 8);

    private void WakeReader()
    {
        if ((_recovering || _behind.Count > 0) && _readerWanted.CurrentCount == 0)
            _readerWanted.Release();
    }
}

/// <summary>What to read from the table.</summary>
internal readonly record struct OutboxPage(long After, int Limit);
