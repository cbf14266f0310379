using System.Collections.Frozen;
using System.Reflection;
using Shop.Events;

namespace Shop.Telemetry;

/// <summary>The names of facts as outsiders know them: the aliases of their records.</summary>
internal static class FactNames
{
    private static readonly FrozenDictionary<Type, string> ByType = typeof(IFact).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IFact)))
        .ToFrozenDictionary(type => type, type => type.GetCustomAttribute<AliasAttribute>()!.Alias);

    public static string Of(IFact fact) => ByType[fact.GetType()];
}
