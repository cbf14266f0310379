using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;

namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// What an activation's facets share: the row they are stored under and the one request in flight. What is committed or asked meanwhile
/// goes together with the next. Lives on the grain's scheduler.
/// </summary>
/// <remarks>
/// A write and a check of the version take turns, they are never under way together. So a check always knows which version to ask for,
/// and a write that succeeds answers everybody who wanted a check before it departed.
/// </remarks>
internal sealed partial class GrainUnit(
    ICommitter committer, Serializer serializer, LogFormats formats, TimeProvider time, ILogger<GrainUnit> logger, IOutboxProviders? providers = null)
    : ILifecycleObserver
{
    private readonly List<IMapPart> _maps = [];
    private IGrainContext? _context;
    private IStatePart? _state;
    private RowId _row;
    private long _storedVersion;
    private List<OutgoingEvent>? _events;
    private List<ScheduleChange>? _schedules;
    private Flight? _current;
    private Flight? _next;
    private string? _lost;
    private Exception? _cause;
    private Access _access = Access.Loaded;

    public long StoredVersion => _storedVersion;

    /// <summary>Why the facets cannot be used any more; null while they can.</summary>
    public DurableStateLostException? Lost => _lost is null ? null : new DurableStateLostException(_lost, _cause);

    public void Attach(IGrainContext context)
    {
        if (_context is not null)
            return;

        _context = context;
        _row = new RowId(context.GrainId.Type.ToString()!, context.GrainId.Key.ToString()!);
        context.ObservableLifecycle.Subscribe(nameof(GrainUnit), GrainLifecycleStage.SetupState, this);
    }

    public void Add(IStatePart state, bool loadOnDemand = false)
    {
        if (_state is not null)
            throw new InvalidOperationException($"The grain type '{_row.Kind}' asks for two durable states; it can have one. What grows belongs into a map.");

        _state = state;
        _access = loadOnDemand ? Access.Untouched : Access.Loaded;
    }

    public void Add(IMapPart map)
    {
        foreach (var other in _maps)
        {
            if (other.Name == map.Name)
                throw new InvalidOperationException($"The grain type '{_row.Kind}' asks for the durable map '{map.Name}' twice.");
        }

        _maps.Add(map);
    }

    public void ThrowIfLost()
    {
        if (_lost is not null)
            throw Lost!;
    }

    public Task Commit()
    {
        foreach (var map in _maps)
            map.Commit();

        return Join(writes: true);
    }

    /// <summary>
    /// A commit could not be queued. The map changes that were meant for it must not stay behind: a later answer from memory would give them
    /// as durable, and another commit would carry them. What was committed before goes its way; the activation ends after it.
    /// </summary>
    public void Refuse(Exception error)
    {
        if (_maps.Exists(map => map.HasChanged))
            GiveUp($"A commit was refused after its map entries had been changed: {error.Message}", error);
    }

    public Task WhenDurable() => this switch
    {
        { _lost: not null } => Task.FromException(Lost!),
        { _access: Access.Loading } => _loading!,
        { _next: { Writes: true } next } => next.Task,
        { _current: { Writes: true } current } => current.Task,
        _ => Task.CompletedTask,
    };

    // What departs from now on sees the row as it is from now on: the flight that is under way already does not count.
    public Task ConfirmCurrent()
    {
        if (_lost is not null)
            return Task.FromException(Lost!);

        ThrowIfUnusable();
        return Join(writes: false);
    }

    async Task ILifecycleObserver.OnStart(CancellationToken cancellationToken)
    {
        if (_state is null)
            throw new InvalidOperationException($"The grain type '{_row.Kind}' has a durable map but no durable state, whose commits would carry it.");

        if (_access == Access.Loaded)
            await Read(cancellationToken);
    }

    async Task ILifecycleObserver.OnStop(CancellationToken cancellationToken)
    {
        if (_loading is { } loading)
            await loading.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        while (_current is { } flight && !cancellationToken.IsCancellationRequested)
        {
            // Its failure is told to those who committed.
            await flight.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        _lost ??= $"The activation of {_context!.GrainId} has ended.";
    }

    private Task Join(bool writes)
    {
        var flight = _next ??= new Flight();
        flight.Writes |= writes;
        if (_current is null)
            _ = Fly();

        return flight.Task;
    }

    // Its own failures end in Lose, so nobody has to wait for it.
    private async Task Fly()
    {
        var flight = Depart();
        while (flight is not null)
        {
            try
            {
                if (!await flight.Answer)
                {
                    Lose("Another activation or process has written the row.", null);
                    return;
                }
            }
            catch (Exception e)
            {
                Lose(e.Message, e);
                return;
            }

            if (flight.Writes)
            {
                _storedVersion++;
                _state!.Stored();
            }

            // The next one first, so that the database has work while those who waited go on.
            var next = Depart();
            flight.SetResult();
            flight = next;
        }
    }

    private Flight? Depart()
    {
        (_current, _next) = (_next, null);
        if (_current is not { } flight)
            return null;

        try
        {
            flight.Answer = committer.Commit(flight.Writes ? Write() : new VersionCheck(_row, _storedVersion));
            return flight;
        }
        catch (Exception e)
        {
            Lose($"It cannot be written: {e.Message}", e);
            return null;
        }
    }

    private GrainWrite Write()
    {
        List<EntryWrite>? entries = null;
        foreach (var map in _maps)
            map.Take(ref entries);

        return new GrainWrite(
            _row, _storedVersion, _state!.Write(), entries ?? (IReadOnlyList<EntryWrite>)[], TakeOutbox(), TakeSchedules());
    }

    private void Lose(string what, Exception? cause)
    {
        var (current, next) = (_current, _next);
        (_current, _next) = (null, null);
        GiveUp(what, cause);
        var error = cause as GroupCommitQueueFullException ?? (Exception)Lost!;
        current?.SetException(error);
        next?.SetException(error);
    }

    private void GiveUp(string what, Exception? cause)
    {
        if (_lost is not null)
            return;

        _lost = $"The state of {_context!.GrainId} after version {_storedVersion} is lost; the activation is replaced. {what}";
        _cause = cause;
        // A failed commit was logged by the writer, once for all grains in it.
        LogLost(cause is DurableStateLostException ? null : cause, _context.GrainId, _storedVersion, what);
        // Without the cause: Orleans would answer calls that are still queued with it, instead of sending them on to the next activation.
        _context.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, _lost));
    }

    [LoggerMessage(1, LogLevel.Warning, "The state of {Grain} after version {Version} is lost; the activation is replaced. {What}")]
    private partial void LogLost(Exception? error, GrainId grain, long version, string what);
}
