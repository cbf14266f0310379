using System.Collections.Concurrent;
using System.Reflection;
using Shop.Simulation.Machine;

namespace Shop.Simulation.Cluster;

/// <summary>A call of a grain on its way. It may arrive late, twice or never, and so may its answer.</summary>
internal abstract class Call(World world, Actor caller, GrainId target, MethodInfo method, object?[] arguments)
{
    /// <summary>Orleans' own: whoever waits longer is told that no answer came.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly ConcurrentDictionary<MethodInfo, Maker> Makers = new();

    private delegate Call Maker(World world, Actor caller, GrainId target, MethodInfo method, object?[] arguments);

    public GrainId Target => target;

    public Actor Caller => caller;

    public string Method => method.Name;

    public object?[] Arguments => arguments;

    protected World World => world;

    protected MethodInfo Invoked => method;

    /// <summary>What the caller awaits.</summary>
    public abstract Task Answer { get; }

    public static Call Make(World world, Actor caller, GrainId target, MethodInfo method, object?[] arguments) =>
        Makers.GetOrAdd(method, MakerFor)(world, caller, target, method, arguments);

    public void Send()
    {
        var overdue = world.Timeline.After(Limit, caller.Host, () => Fail(new TimeoutException($"{target} did not answer {Method} in time.")));
        _ = Answer.ContinueWith(_ => overdue.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        for (var copies = world.Weather.Copies(caller); copies > 0; copies--)
            world.Timeline.After(world.Weather.Travel(caller), host: null, Arrive);
    }

    /// <summary>Runs in a turn of the activation; ends when the grain has answered and no longer has anything to do with the call.</summary>
    public abstract Task Run(object grain, Activation at);

    public abstract void Fail(Exception fault);

    private void Arrive()
    {
        // What a process had handed to the network before it died may or may not have left it.
        if (caller.Host is Process { IsAlive: false } && world.Weather.IsLost(caller))
            return;
        if (!Answer.IsCompleted || world.Weather.IsLate(caller))
            world.Cluster.Deliver(this);
    }

    /// <summary>The answer travels back.</summary>
    protected void Reply(Action arrived)
    {
        if (!world.Weather.LosesAnswer(caller))
            world.Timeline.After(world.Weather.Travel(caller), caller.Host, arrived);
    }

    private static Maker MakerFor(MethodInfo method)
    {
        var answer = method.ReturnType == typeof(Task) ? typeof(Nothing) : method.ReturnType.GetGenericArguments()[0];
        return typeof(Call).GetMethod(nameof(New), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(answer).CreateDelegate<Maker>();
    }

    private static Call<T> New<T>(World world, Actor caller, GrainId target, MethodInfo method, object?[] arguments) =>
        new(world, caller, target, method, arguments);
}

/// <summary>What a call answers that answers nothing.</summary>
internal readonly record struct Nothing;

/// <inheritdoc cref="Call"/>
internal sealed class Call<T>(World world, Actor caller, GrainId target, MethodInfo method, object?[] arguments)
    : Call(world, caller, target, method, arguments)
{
    private readonly TaskCompletionSource<T> answer = new();

    public override Task Answer => answer.Task;

    public override async Task Run(object grain, Activation at)
    {
        try
        {
            var running = (Task)Invoked.Invoke(grain, Arguments)!;
            await running;
            var result = running is Task<T> typed ? typed.Result : default!;
            World.Trace.Answered(this, at, result);
            Reply(() => answer.TrySetResult(result));
        }
        catch (Exception e)
        {
            var fault = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            World.Laws.Thrown($"{at.Name}.{Method}", fault);
            World.Trace.Answered(this, at, fault);
            Reply(() => answer.TrySetException(fault));
        }
    }

    public override void Fail(Exception fault) => answer.TrySetException(fault);
}

/// <summary>Stands for a grain wherever it is. Public and open, because the proxy is derived from it at run time.</summary>
public class GrainProxy : DispatchProxy
{
    private World world = null!;
    private GrainId target;

    internal static object Create(Type type, GrainId target, World world)
    {
        var proxy = Create(type, typeof(GrainProxy));
        ((GrainProxy)proxy).world = world;
        ((GrainProxy)proxy).target = target;
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var call = Call.Make(world, world.Timeline.Current ?? world.Nobody, target, targetMethod!, args!);
        call.Send();
        return call.Answer;
    }
}
