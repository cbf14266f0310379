using System.Reflection;

namespace Grains.Specs.Fakes;

/// <summary>What a grain stands on, without a silo: an id, one thread at a time, and a note of being deactivated.</summary>
internal sealed class Activation
{
    private readonly TaskFactory turns = new(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);

    public Activation(string type, string key)
    {
        Context = DispatchProxy.Create<IGrainContext, ContextProxy>();
        ((ContextProxy)Context).Id = GrainId.Create(type, key);
    }

    public IGrainContext Context { get; }

    public bool Deactivated => ((ContextProxy)Context).Deactivated;

    /// <summary>Calls the grain as the runtime does: calls take turns at every await. Fails when no answer comes.</summary>
    public Task<TAnswer> Call<TAnswer>(Func<Task<TAnswer>> call) => turns.StartNew(call).Unwrap().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>
    /// Ends when every turn that could be taken has been: what now has no answer waits for something outside. Turns are first come,
    /// first served, and the fakes queue theirs at the moment they answer.
    /// </summary>
    public async Task Settled()
    {
        for (var turn = 0; turn < 20; turn++)
            await turns.StartNew(() => { });
    }
}

/// <summary>Public and open, because the proxy is derived from it at run time.</summary>
public class ContextProxy : DispatchProxy
{
    public GrainId Id { get; set; }

    public bool Deactivated { get; private set; }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name)
        {
            case "get_GrainId":
                return Id;
            case "get_ActivationServices":
                return new NoServices();
            case "Deactivate":
                Deactivated = true;
                return null;
            default:
                throw new NotSupportedException(targetMethod.Name);
        }
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
