using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Scheduling;

/// <summary>
/// Calls grains whose armed messages are due. Reads only what is due and not in work already, never more than can be called at once, so a
/// million waiting messages cost nothing and a slow or failing one holds a place, not the line.
/// </summary>
internal sealed partial class Scheduler(
    IDialect dialect,
    ICommitter committer,
    IGrainFactory grains,
    IOptions<GroupCommitOptions> options,
    TimeProvider time,
    ScheduleMetrics metrics,
    ILogger<Scheduler> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long after a call its settlement is tried. Whoever claims messages for calls claims them for that longer.</summary>
    internal static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(10);

    private readonly GroupCommitOptions _options = options.Value;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    // By arming. A row stays here until its settlement is durable, because until then it is read again.
    private readonly Dictionary<Arming, Task> _inWork = [];

    // A page that was read before they were settled still has them.
    private readonly HashSet<Arming> _settledSinceRead = [];
    private readonly SemaphoreSlim _placesFreed = new(0, 1);
    private Task _polling = Task.CompletedTask;
    private int _calling;
    private bool _readFailed;

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(Scheduler), ServiceLifecycleStage.Active, _ => Start(), Stop);

    public Task Start()
    {
        _polling = Task.Run(Poll);
        return Task.CompletedTask;
    }

    /// <summary>Calls nobody any more; waits a moment for those who are being called. What is not settled then comes again.</summary>
    public async Task Stop(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _polling.ConfigureAwait(false);

        Task[] inWork;
        lock (_gate)
            inWork = [.. _inWork.Values];

        try
        {
            await Task.WhenAll(inWork).WaitAsync(StopLimit, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogNotFinished(inWork.Count(call => !call.IsCompleted));
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _placesFreed.Dispose();
    }

    private async Task Poll()
    {
        var stopping = _stopping.Token;
        using var timer = new PeriodicTimer(_options.SchedulePollInterval, time);
        var tick = timer.WaitForNextTickAsync(stopping).AsTask();
        var freed = _placesFreed.WaitAsync(stopping);
        try
        {
            while (true)
            {
                var mayBeMore = await TryCallDue(stopping).ConfigureAwait(false);
                // A full page means that more may be due now: go on as soon as there are places.
                await Task.WhenAny(tick, mayBeMore ? freed : tick).ConfigureAwait(false);
                stopping.ThrowIfCancellationRequested();
                if (tick.IsCompleted)
                    tick = timer.WaitForNextTickAsync(stopping).AsTask();

                if (freed.IsCompleted)
                    freed = _placesFreed.WaitAsync(stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    /// <summary>Whatever goes wrong, the next look comes: nobody would notice that the messages stay away.</summary>
    private async Task<bool> TryCallDue(CancellationToken cancellationToken)
    {
        try
        {
            return await CallDue(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogLookFailed(e);
            return false;
        }
    }

    /// <returns>Whether more rows may be due than were read.</returns>
    private async Task<bool> CallDue(CancellationToken cancellationToken)
    {
        int places, inWork;
        lock (_gate)
        {
            places = _options.ScheduleConcurrency - _calling;
            inWork = _inWork.Count;
            _settledSinceRead.Clear();
        }

        if (places <= 0)
            return true;

        IReadOnlyList<ScheduleRow> rows;
        var now = time.GetUtcNow();
        try
        {
            rows = await dialect.ReadDue(now, places, inWork, cancellationToken).ConfigureAwait(false);
            _readFailed = false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_readFailed)
                LogReadFailed(e);

            _readFailed = true;
            return false;
        }

        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (places == 0)
                return true;

            if (TryBegin(row, now))
                places--;
        }

        // There was room for what is in work, too, so a place that is left says that no more are due.
        return places == 0;
    }

    private bool TryBegin(ScheduleRow row, DateTimeOffset now)
    {
        var arming = new Arming(row.Target, row.Name, row.Token);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_settledSinceRead.Contains(arming) || !_inWork.TryAdd(arming, begin.Task))
                return false;

            _calling++;
            _inWork[arming] = Work(row, arming, begin.Task);
        }

        metrics.Called(now - row.DueAt);
        begin.SetResult();
        return true;
    }

    private async Task Work(ScheduleRow row, Arming arming, Task begin)
    {
        await begin.ConfigureAwait(false);
        GroupCommitCrashPoints.MessageRead.Reach();
        var settle = await Call(row).ConfigureAwait(false);
        GroupCommitCrashPoints.MessageCalled.Reach();
        lock (_gate)
        {
            _calling--;
            // Not for each single place: every page also reads over the rows in work.
            var free = _options.ScheduleConcurrency - _calling;
            if (free >= (_options.ScheduleConcurrency + 3) / 4 && _placesFreed.CurrentCount == 0)
                _placesFreed.Release();
        }

        await Settle(row, settle).ConfigureAwait(false);

        lock (_gate)
        {
            _inWork.Remove(arming);
            _settledSinceRead.Add(arming);
        }
    }

    /// <summary>
    /// Tried for some time, since a message that is claimed is called by nobody else until the claim ends. The token makes a settlement that was stored, and not
    /// answered, count once.
    /// </summary>
    private async Task Settle(ScheduleRow row, ScheduleSettle settle)
    {
        var started = time.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            try
            {
                await committer.Commit(settle).ConfigureAwait(false);
                return;
            }
            catch (Exception e)
            {
                var pause = PauseAfter(failures);
                if (_stopping.IsCancellationRequested || time.GetElapsedTime(started) + pause > SettleLimit)
                {
                    LogNotSettled(e, row.Name, row.Target);
                    return;
                }

                LogSettlingAgain(row.Name, row.Target, pause, e.Message);
                await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<ScheduleSettle> Call(ScheduleRow row)
    {
        try
        {
            var receiver = grains.GetGrain<IScheduledReceiver>(GrainId.Parse(row.Target));
            var outcome = await receiver.ReceiveScheduled(new ScheduledMessage(row.Name, row.Token, row.DueAt, row.Attempts + 1))
                .WaitAsync(_options.ScheduleCallTimeout, time).ConfigureAwait(false);
            return outcome.NotBefore is { } notBefore ? Moved(row, notBefore, 0) : new ScheduleSettle(row.Target, row.Name, row.Token, null, 0, 0);
        }
        catch (Exception e)
        {
            metrics.Failed();
            var pause = PauseAfter(row.Attempts);
            LogCallFailed(e, row.Name, row.Target, row.Attempts + 1, pause);
            return Moved(row, time.GetUtcNow() + pause, row.Attempts + 1);
        }
    }

    private ScheduleSettle Moved(ScheduleRow row, DateTimeOffset dueAt, int attempts) =>
        new(row.Target, row.Name, row.Token, dueAt, committer.NextId(), attempts);

    private TimeSpan PauseAfter(int earlierFailures)
    {
        var pause = _options.ScheduleRetryDelay * Math.Pow(2, Math.Min(earlierFailures, 30));
        return pause < _options.ScheduleRetryLimit ? pause : _options.ScheduleRetryLimit;
    }

    private readonly record struct Arming(string Target, string Name, long Token);
}
