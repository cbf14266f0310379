using System.Collections.Concurrent;

namespace Shop.Hosting.Silos;

/// <summary>
/// Orleans reads the attributes of a grain's interface anew for each reference that it makes; this remembers what they say. Asked before Orleans' own providers.
/// </summary>
internal sealed class InterfaceTypes(IServiceProvider services) : IGrainInterfaceTypeProvider
{
    private readonly ConcurrentDictionary<Type, GrainInterfaceType> known = new();

    public static void AddTo(IServiceCollection services) => services.Insert(0, ServiceDescriptor.Singleton<IGrainInterfaceTypeProvider, InterfaceTypes>());

    public bool TryGetGrainInterfaceType(Type type, out GrainInterfaceType grainInterfaceType)
    {
        grainInterfaceType = known.GetOrAdd(type, Read, services);
        return !grainInterfaceType.IsDefault;
    }

    private static GrainInterfaceType Read(Type type, IServiceProvider services) =>
        type.GetCustomAttributes(inherit: false).OfType<IGrainInterfaceTypeProviderAttribute>().FirstOrDefault()?.GetGrainInterfaceType(services, type) ?? default;
}
