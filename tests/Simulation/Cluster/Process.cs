using Microsoft.Extensions.Options;
using Shop.Sagas;
using Shop.Simulation.Machine;
using Shop.Simulation.Storage;

namespace Shop.Simulation.Cluster;

/// <summary>One silo. It can be stopped and go on, be thrown out of the cluster while it runs, and die with everything in its memory.</summary>
internal sealed class Process : IHost
{
    private readonly World world;
    private readonly Dictionary<GrainId, Activation> activations = [];
    private readonly List<Action> missed = [];
    private readonly List<Call> running = [];

    public Process(World world, string name)
    {
        this.world = world;
        Name = name;
        Clock = new SimulatedClock(world.Timeline, this);
        Committer = new SimulatedCommitter(world, this);
        Outbox = new RelayModel(world, this);
        Schedules = new SchedulerModel(world, this);
        Runner = new SagaCommandRunner(
            world.Cluster.Grains, Options.Create(world.Sagas), world.LogOf<SagaCommandRunner>(name), new Jitter(world.Choices.Of($"{name}/jitter")));
    }

    public string Name { get; }

    public SimulatedClock Clock { get; }

    public SimulatedCommitter Committer { get; }

    public RelayModel Outbox { get; }

    public SchedulerModel Schedules { get; }

    public SagaCommandRunner Runner { get; }

    public bool IsAlive { get; private set; } = true;

    public bool IsStopped { get; private set; }

    /// <summary>Whether the others count on it. One that is alive and no member is a zombie.</summary>
    public bool IsMember { get; private set; } = true;

    /// <summary>How long everything it wants of the database takes at least.</summary>
    public TimeSpan DiskStall { get; set; }

    public bool Runs(Action otherwise)
    {
        if (IsStopped)
            missed.Add(otherwise);
        return IsAlive && !IsStopped;
    }

    public Activation FindOrActivate(GrainId id)
    {
        if (!activations.TryGetValue(id, out var activation))
        {
            activations.Add(id, activation = new Activation(world, this, id));
            activation.Activate();
        }

        return activation;
    }

    public void Forget(Activation activation)
    {
        // Its successor may be here already.
        if (activations.GetValueOrDefault(activation.Id) == activation)
            activations.Remove(activation.Id);
        world.Cluster.Forget(activation);
    }

    public void Started(Call call) => running.Add(call);

    public void Ended(Call call) => running.Remove(call);

    /// <summary>kill -9.</summary>
    public void Die()
    {
        if (!IsAlive)
            return;
        world.Trace.Note($"{Name} DIES");
        IsAlive = IsStopped = false;
        missed.Clear();
        Leave();
        HandOver();
    }

    /// <summary>The others do not hear of it any more and go on without it.</summary>
    public void Leave()
    {
        if (!IsMember)
            return;
        IsMember = false;
        if (IsAlive)
            world.Trace.Note($"{Name} is thrown out of the cluster, but lives");
        foreach (var activation in activations.Values)
            world.Cluster.Forget(activation);
        foreach (var call in running)
        {
            if (world.Weather.IsBrokenOff(call.Caller))
                world.Timeline.After(world.Weather.Travel(call.Caller), call.Caller.Host, () => call.Fail(new Orleans.Runtime.SiloUnavailableException($"{Name} has gone.")));
        }

        HandOver();
    }

    public void Stop()
    {
        if (!IsAlive || IsStopped)
            return;
        world.Trace.Note($"{Name} is stopped");
        IsStopped = true;
    }

    public void GoOn()
    {
        if (!IsStopped)
            return;
        world.Trace.Note($"{Name} goes on");
        IsStopped = false;
        Action[] late = [.. missed];
        missed.Clear();
        foreach (var what in late)
            what();
    }

    /// <summary>What it had taken on is for the others to do.</summary>
    private void HandOver()
    {
        world.Outboxes.Adopt();
        world.Database.Release(this);
        world.WakeSchedulers();
    }

    private sealed class Jitter(Chooser choices) : Random
    {
        public override double NextDouble() => choices.Next(1000) / 1000.0;
    }
}
