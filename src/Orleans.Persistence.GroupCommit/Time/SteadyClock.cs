namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// A clock that goes on evenly from where it was set, whatever becomes of the machine's: when that one is put forward or back, by hand or by a time
/// server, nobody who asks this one notices. Register it as the <see cref="TimeProvider"/> of the process; the store sets it when it opens: on PostgreSQL
/// to the time of the server, so that all silos have one, and on either database never to before what was written last.
/// Until then it shows the time that the machine had when it was made. Thread-safe.
/// </summary>
/// <remarks>
/// It goes on while the machine is suspended, where the system can tell for how long (on Linux). Timers and timestamps are those of
/// <see cref="TimeProvider.System"/>, which know no time of day.
/// </remarks>
public sealed class SteadyClock : TimeProvider
{
    private readonly Func<DateTimeOffset> _machine;
    private readonly Func<TimeSpan> _elapsed;
    private long _ticksAtZero;

    /// <summary>Makes one that is set to the machine's time.</summary>
    public SteadyClock() : this(System.GetUtcNow, Uptime.Read)
    {
    }

    /// <param name="machine">The clock that may be put forward and back.</param>
    /// <param name="elapsed">What only grows, evenly.</param>
    internal SteadyClock(Func<DateTimeOffset> machine, Func<TimeSpan> elapsed)
    {
        (_machine, _elapsed) = (machine, elapsed);
        Set(machine());
    }

    /// <summary>How far the machine's clock is ahead of this one; negative when it is behind.</summary>
    public TimeSpan Deviation => _machine() - GetUtcNow();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticksAtZero) + _elapsed().Ticks, TimeSpan.Zero);

    /// <summary>
    /// Sets it, forward or back. For whoever knows the time better than the machine does, before anybody else has asked for it: those who have would
    /// see it go back.
    /// </summary>
    /// <param name="now">The time.</param>
    public void Set(DateTimeOffset now) => Interlocked.Exchange(ref _ticksAtZero, now.UtcTicks - _elapsed().Ticks);

    /// <summary>Sets it, unless it is further already.</summary>
    /// <returns>By how much it has moved.</returns>
    internal TimeSpan MoveForward(DateTimeOffset now)
    {
        var wanted = now.UtcTicks - _elapsed().Ticks;
        while (true)
        {
            var known = Interlocked.Read(ref _ticksAtZero);
            if (wanted <= known)
                return TimeSpan.Zero;

            if (Interlocked.CompareExchange(ref _ticksAtZero, wanted, known) == known)
                return TimeSpan.FromTicks(wanted - known);
        }
    }
}
