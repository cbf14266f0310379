using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit.Health;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Logs;

/// <summary>
/// Wakes those who wait for entries of logs. What this process commits it is told; for what others commit, and for what was there before
/// somebody came, it asks the database: all who wait together, never one by one, and not at all while nobody waits. Nothing is kept for
/// those who wait but that they do. Thread-safe.
/// </summary>
internal sealed partial class LogWatch(IDialect dialect, IOptions<GroupCommitOptions> options, TimeProvider time, ILogger<LogWatch> logger)
{
    private const int LargestQuestion = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<LogEntity, HashSet<EntityWait>> _entities = [];
    private readonly Queue<EntityWait> _unchecked = [];
    private readonly Dictionary<long, long> _heads = [];
    private TaskCompletionSource _moved = New();
    private TaskCompletionSource _work = New();
    private int _waiting;
    private bool _isStale;
    private bool _isAtWork;
    private bool _isAsking;
    private bool _isClosed;

    /// <summary>How many wait; whether somebody looks now and then, and whether there is something that is asked now. For specs.</summary>
    public int Waiting => Under(() => _waiting);

    public bool IsAtWork => Under(() => _isAtWork);

    public bool IsAsking => Under(() => _isAtWork && (_isAsking || _isStale || _unchecked.Count > 0));

    /// <summary>Waits until an entity has an entry after this one.</summary>
    /// <returns>False: not within the limit.</returns>
    public async Task<bool> WaitForEntity(LogPlace after, TimeSpan limit, CancellationToken cancellationToken)
    {
        var wait = new EntityWait(after);
        Come(() =>
        {
            if (!_entities.TryGetValue(wait.Entity, out var waits))
                _entities.Add(wait.Entity, waits = []);

            waits.Add(wait);
            _unchecked.Enqueue(wait);
        });
        try
        {
            await wait.Task.WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return wait.Task.IsCompletedSuccessfully;
        }
        finally
        {
            Go(() =>
            {
                wait.IsGone = true;
                if (_entities.TryGetValue(wait.Entity, out var waits) && waits.Remove(wait) && waits.Count == 0)
                    _entities.Remove(wait.Entity);
            });
        }
    }

    /// <summary>Waits until the newest ids of the processes that write are as the condition wants them.</summary>
    /// <returns>False: not within the limit.</returns>
    /// <param name="condition">Must be quick.</param>
    /// <param name="owners">Who are looked up even if they have ended meanwhile.</param>
    /// <param name="limit">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> WaitForHeads(
        Func<IReadOnlyDictionary<long, long>, bool> condition, IEnumerable<long> owners, TimeSpan limit,
            CancellationToken cancellationToken)
    {
        Come(() =>
        {
            // What is known may be of the time when somebody waited last.
            _isStale = true;
            foreach (var owner in owners)
                _heads.TryAdd(owner, 0);
        });
        try
        {
            var started = time.GetTimestamp();
            while (true)
            {
                Task moved;
                using (_gate.EnterScope())
                {
                    if (condition(_heads))
                        return true;

                    moved = _moved.Task;
                }

                var left = limit == Timeout.InfiniteTimeSpan ? limit : limit - time.GetElapsedTime(started);
                if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
                    return false;

                await moved.WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            Go(null);
        }
    }

    /// <summary>
    /// As far as this process knows more than its database says: an append whose place is taken moves the end, and no row has its id.
    /// </summary>
    public void AddTo(Dictionary<long, long> heads)
    {
        using var scope = _gate.EnterScope();
        foreach (var owner in heads.Keys.ToArray())
            heads[owner] = Math.Max(heads[owner], _heads.GetValueOrDefault(owner));
    }

    /// <summary>Called on the writer's thread, after each durable commit.</summary>
    public void Committed(WriteRequest[] requests, bool[] stored)
    {
        if (Volatile.Read(ref _waiting) == 0)
            return;

        using var scope = _gate.EnterScope();
        var newest = 0L;
        for (var i = 0; i < stored.Length; i++)
        {
            // A probe appends the same again and again.
            if (stored[i] && !CommitProbe.Sends(requests[i]))
                newest = Math.Max(newest, Wake(requests[i]));
        }

        if (newest == 0)
            return;

        _heads[dialect.Logs.OwnerOf(newest)] = newest;
        Pulse();
    }

    /// <summary>More may be stored than anybody was told.</summary>
    public void Missed()
    {
        using var scope = _gate.EnterScope();
        if (_waiting == 0)
            return;

        _isStale = true;
        CheckAll();
        Work();
    }

    /// <summary>Whoever still waits is told that there will be nothing more.</summary>
    public void Close()
    {
        using var scope = _gate.EnterScope();
        _isClosed = true;
        foreach (var wait in _entities.Values.SelectMany(waits => waits))
            wait.TrySetException(Closed());

        _moved.TrySetException(Closed());
        _work.TrySetResult();
    }

    /// <returns>The newest id in it; 0: it has none.</returns>
    private long Wake(WriteRequest request)
    {
        var newest = 0L;
        switch (request)
        {
            case GrainWrite write:
                for (var i = 0; i < write.Outbox.Count; i++)
                {
                    if (write.Outbox[i] is not { Place: { } place } row)
                        continue;

                    newest = row.Id;
                    Wake(place);
                }

                break;
            case LogAppend append:
                newest = append.LastId;
                for (var i = 0; i < append.Rows.Count && _entities.Count > 0; i++)
                    Wake(new LogPlace(append.Log, append.Rows[i].Entity, append.Rows[i].Sequence));

                break;
        }

        return newest;
    }

    private void Wake(in LogPlace place)
    {
        if (_entities.Count == 0 || !_entities.TryGetValue(new LogEntity(place.Log, place.Entity), out var waits))
            return;

        foreach (var wait in waits)
        {
            if (wait.After.Sequence < place.Sequence)
                wait.TrySetResult();
        }
    }

    private void Come(Action enter)
    {
        using var scope = _gate.EnterScope();
        if (_isClosed)
            throw Closed();

        // Before the database is asked: whoever commits later sees that somebody waits, and what was committed before is found.
        _waiting++;
        enter();
        Work();
    }

    private void Go(Action? leave)
    {
        using var scope = _gate.EnterScope();
        _waiting--;
        leave?.Invoke();
    }

    private T Under<T>(Func<T> read)
    {
        using var scope = _gate.EnterScope();
        return read();
    }

    private void CheckAll()
    {
        _unchecked.Clear();
        foreach (var wait in _entities.Values.SelectMany(waits => waits))
            _unchecked.Enqueue(wait);
    }

    private void Pulse()
    {
        // Whoever comes back to wait on is to find that there is nothing more.
        if (_isClosed)
            return;

        var moved = _moved;
        _moved = New();
        moved.TrySetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static InvalidOperationException Closed() =>
        new("The database is closed, since the silo stops: nobody can wait for entries of a log any more.");

    /// <summary>Somebody who waits for one entity.</summary>
    private sealed class EntityWait(LogPlace after) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public LogPlace After => after;

        public LogEntity Entity { get; } = new(after.Log, after.Entity);

        public bool IsGone { get; set; }
    }
}
