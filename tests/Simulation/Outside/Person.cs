using Orleans.Persistence.GroupCommit;
using Shop.Simulation.Machine;
using Shop.Values;

namespace Shop.Simulation.Outside;

/// <summary>Somebody at the other end of the API: asks again under the same key until there is an answer.</summary>
internal abstract class Person(World world, string name)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Actor actor = world.ActorOf(name, host: null);

    public string Name => name;

    /// <summary>Has nothing left to do.</summary>
    public bool IsDone { get; private set; }

    protected World World => world;

    protected Chooser Chances { get; } = world.Choices.Of($"{name}/does");

    protected TraceContext Trace => new(name);

    public void Begin() => actor.Begin(() => _ = Living());

    protected abstract Task Live();

    protected async Task<T> Insist<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (e is TimeoutException or DurableStateLostException or GroupCommitQueueFullException or IOException
                or Orleans.Runtime.SiloUnavailableException)
            {
                world.Trace.Note($"{name} asks again: {e.GetType().Name}");
                await world.Pause(RetryPause);
            }
        }
    }

    private async Task Living()
    {
        try
        {
            await Live();
        }
        catch (Exception e)
        {
            world.Laws.Thrown(name, e);
        }

        IsDone = true;
    }
}
