using System.Reflection;
using Orleans.Timers;

namespace Shop.Simulation.Cluster;

/// <summary>What the activation gives its grain of Orleans. Public and open, because the proxy is derived from it at run time.</summary>
public class ContextProxy : DispatchProxy, IServiceProvider
{
    internal Activation Activation { get; set; } = null!;

    /// <inheritdoc/>
    public object? GetService(Type serviceType) =>
        serviceType == typeof(IGrainRuntime) ? Made<IGrainRuntime>() : throw new NotSupportedException(serviceType.Name);

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name)
        {
            case "get_GrainId":
                return Activation.Id;
            case "get_ActivationServices":
                return this;
            case "get_ObservableLifecycle":
                return Made<IGrainLifecycle>();
            case "get_TimerRegistry":
                return Made<ITimerRegistry>();
            case "get_GrainFactory":
                return Activation.Grains;
            case "Subscribe":
                Activation.Observe((ILifecycleObserver)args![^1]!);
                return null;
            case "Deactivate" or "DeactivateOnIdle":
                Activation.Deactivate();
                return null;
            case "RegisterGrainTimer":
                var tick = (Delegate)args![1]!;
                var timer = Activation.NewTimer(() => (Task)tick.DynamicInvoke(args[2], CancellationToken.None)!);
                var options = (GrainTimerCreationOptions)args[3]!;
                timer.Change(options.DueTime, options.Period);
                return timer;
            default:
                throw new NotSupportedException(targetMethod.Name);
        }
    }

    private T Made<T>() where T : class
    {
        var made = Create<T, ContextProxy>();
        ((ContextProxy)(object)made).Activation = Activation;
        return made;
    }
}
