namespace Shop.Simulation.Machine;

/// <summary>
/// The one thread of a run: things that happen at a time, and turns that are ready. Nothing else moves, so the same choices give the same
/// run, to the last message.
/// </summary>
internal sealed class Timeline
{
    private readonly PriorityQueue<Happening, (DateTimeOffset At, long Order)> ahead = new();
    private readonly Queue<(Actor Actor, SendOrPostCallback Turn, object? State)> ready = new();
    private readonly int thread = Environment.CurrentManagedThreadId;
    private long order;

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; private set; } = Start;

    public TimeSpan Elapsed => Now - Start;

    /// <summary>Who is taking a turn; null between turns.</summary>
    public Actor? Current { get; private set; }

    /// <summary>Turns and happenings so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Called before each turn: a process may die between any two of them.</summary>
    public Action? BeforeTurn { get; set; }

    /// <param name="delay">From now.</param>
    /// <param name="host">It happens in this process: not when that is dead, later when that is stopped. Null: outside.</param>
    /// <param name="what">Runs without an actor.</param>
    public Happening After(TimeSpan delay, IHost? host, Action what)
    {
        ExpectOurThread();
        var happening = new Happening(host, what);
        ahead.Enqueue(happening, (Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero), order++));
        return happening;
    }

    public void Ready(Actor actor, SendOrPostCallback turn, object? state)
    {
        ExpectOurThread();
        ready.Enqueue((actor, turn, state));
    }

    /// <returns>False: nothing is left that could happen.</returns>
    public bool Step()
    {
        if (ready.TryDequeue(out var next))
        {
            BeforeTurn?.Invoke();
            Take(next.Actor, next.Turn, next.State);
            return true;
        }

        while (ahead.TryDequeue(out var happening, out var at))
        {
            if (happening.Cancelled)
                continue;
            Now = at.At;
            Steps++;
            happening.Happen();
            return true;
        }

        return false;
    }

    /// <summary>A turn that another thread brings could not be repeated: something waits asynchronously where it should not.</summary>
    private void ExpectOurThread()
    {
        if (Environment.CurrentManagedThreadId != thread)
            Environment.FailFast($"The simulation left its thread:\n{Environment.StackTrace}");
    }

    private void Take(Actor actor, SendOrPostCallback turn, object? state)
    {
        if (actor.Host is { } host && !host.Runs(() => Ready(actor, turn, state)))
            return;
        Steps++;
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(actor);
        Current = actor;
        try
        {
            turn(state);
        }
        finally
        {
            Current = null;
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }
}

/// <summary>Where things happen: a process, that can be dead or stopped.</summary>
internal interface IHost
{
    /// <returns>Whether it runs. If it is only stopped, <paramref name="otherwise"/> is done when it goes on.</returns>
    bool Runs(Action otherwise);
}

/// <summary>Something that will happen.</summary>
internal sealed class Happening(IHost? host, Action what)
{
    public bool Cancelled { get; private set; }

    public void Cancel() => Cancelled = true;

    public void Happen()
    {
        if (!Cancelled && (host is null || host.Runs(Happen)))
            what();
    }
}

/// <summary>Whose code takes turns: an activation, a customer. One turn at a time; what it awaits goes on in a turn of its own.</summary>
/// <param name="chances">What happens to the messages it sends.</param>
internal class Actor(Timeline timeline, string name, IHost? host, Chooser chances) : SynchronizationContext
{
    public string Name => name;

    public Chooser Chances => chances;

    public IHost? Host => host;

    public override void Post(SendOrPostCallback d, object? state) => timeline.Ready(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nobody waits for a turn.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Begins something in a turn of its own.</summary>
    public void Begin(Action what) => timeline.Ready(this, static state => ((Action)state!)(), what);
}
