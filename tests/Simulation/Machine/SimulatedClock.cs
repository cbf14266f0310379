namespace Shop.Simulation.Machine;

/// <summary>The clock of one process. It may be wrong, and jump; its timers do not care.</summary>
internal sealed class SimulatedClock(Timeline timeline, IHost? host) : TimeProvider
{
    /// <summary>How far it is ahead of the true time.</summary>
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => timeline.Now + Ahead;

    public override long GetTimestamp() => timeline.Elapsed.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(timeline, host, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Timeline timeline, IHost? host, TimerCallback callback, object? state) : ITimer
    {
        private Happening? next;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero)
                throw new NotSupportedException("Nothing in the shop's grains repeats by a timer.");
            Dispose();
            if (dueTime != Timeout.InfiniteTimeSpan)
                next = timeline.After(dueTime, host, () => callback(state));
            return true;
        }

        public void Dispose()
        {
            next?.Cancel();
            next = null;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
