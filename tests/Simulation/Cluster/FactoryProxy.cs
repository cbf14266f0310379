using System.Reflection;
using Orleans.Persistence.GroupCommit;

namespace Shop.Simulation.Cluster;

/// <summary>Finds grains by their keys. Public and open, because the proxy is derived from it at run time.</summary>
public class FactoryProxy : DispatchProxy
{
    internal GrainDirectory Directory { get; set; } = null!;

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var type = targetMethod!.GetGenericArguments()[0];
        return Directory.GetGrain(type, args![0] switch
        {
            string key => GrainId.Create(GrainDirectory.GrainTypeOf(type), key),
            GrainId id when type == typeof(IScheduledReceiver) => id,
            _ => throw new NotSupportedException(targetMethod.ToString()),
        });
    }
}
