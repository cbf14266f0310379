using System.Reflection;
using Shop.Simulation.Machine;

namespace Shop.Simulation.Cluster;

/// <summary>
/// One activation of one of the shop's own grains, facets and all. Takes calls and ends as Orleans' do: running calls end normally,
/// waiting ones go to the next activation.
/// </summary>
internal sealed class Activation : Actor
{
    private readonly World world;
    private readonly Process process;
    private readonly List<ILifecycleObserver> observers = [];
    private readonly Queue<Call> waiting = new();
    private readonly Grain grain;
    private Stage stage = Stage.Activating;
    private int running;

    public Activation(World world, Process process, GrainId id)
        : base(world.Timeline, $"{Names.Of(id)}@{process.Name}", process, world.Choices.Of(Names.Of(id)))
    {
        (this.world, this.process, Id) = (world, process, id);
        var context = DispatchProxy.Create<IGrainContext, ContextProxy>();
        ((ContextProxy)context).Activation = this;
        grain = GrainMaker.Make(world, process, context);
    }

    private enum Stage
    {
        Activating,
        Active,
        Ending,
        Ended,
    }

    public GrainId Id { get; }

    public IGrainFactory Grains => world.Cluster.Grains;

    public void Observe(ILifecycleObserver observer) => observers.Add(observer);

    public IGrainTimer NewTimer(Func<Task> tick) => new GrainTimer(this, tick);

    public void Receive(Call call)
    {
        if (stage == Stage.Active)
            Begin(() => _ = Run(call));
        else if (stage == Stage.Ended)
            world.Cluster.Deliver(call);
        else
            waiting.Enqueue(call);
    }

    public void Activate() => Begin(() => _ = Starting());

    public void Deactivate()
    {
        if (stage is not (Stage.Active or Stage.Activating))
            return;
        stage = Stage.Ending;
        EndIfIdle();
    }

    private async Task Starting()
    {
        try
        {
            foreach (var observer in observers)
                await observer.OnStart(default);
            await grain.OnActivateAsync(default);
        }
        catch (Exception e)
        {
            stage = Stage.Ended;
            process.Forget(this);
            world.Laws.Thrown($"{Name} activating", e);
            while (waiting.TryDequeue(out var call))
                world.Timeline.After(TimeSpan.Zero, call.Caller.Host, () => call.Fail(e));
            return;
        }

        world.Trace.Note($"{Name} is active");
        if (stage != Stage.Activating)
        {
            EndIfIdle();
            return;
        }

        stage = Stage.Active;
        while (waiting.TryDequeue(out var call))
            Receive(call);
    }

    private async Task Run(Call call)
    {
        if (stage != Stage.Active)
        {
            Receive(call);
            return;
        }

        running++;
        process.Started(call);
        world.Trace.Called(call, this);
        await call.Run(grain, this);
        process.Ended(call);
        running--;
        EndIfIdle();
    }

    private void EndIfIdle()
    {
        if (stage == Stage.Ending && running == 0)
            Begin(() => _ = EndNow());
    }

    private async Task EndNow()
    {
        if (stage != Stage.Ending || running > 0)
            return;
        await grain.OnDeactivateAsync(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, ""), default);
        foreach (var observer in observers)
            await observer.OnStop(default);
        if (stage == Stage.Ended)
            return;
        stage = Stage.Ended;
        process.Forget(this);
        while (waiting.TryDequeue(out var call))
            world.Cluster.Deliver(call);
    }

    private sealed class GrainTimer(Activation activation, Func<Task> tick) : IGrainTimer
    {
        private Happening? next;

        public void Change(TimeSpan dueTime, TimeSpan period)
        {
            Dispose();
            if (dueTime != Timeout.InfiniteTimeSpan)
                next = activation.world.Timeline.After(dueTime, activation.process, () => activation.Begin(() => _ = Tick()));
        }

        public void Dispose() => next?.Cancel();

        private async Task Tick()
        {
            if (next!.Cancelled || activation.stage == Stage.Ended)
                return;
            try
            {
                await tick();
            }
            catch (Exception e)
            {
                activation.world.Laws.Thrown($"{activation.Name}, its timer", e);
            }
        }
    }
}
