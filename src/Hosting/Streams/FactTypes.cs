using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Shop.Events;

namespace Shop.Hosting.Streams;

/// <summary>Every kind of fact, by the name under which it is stored and published.</summary>
internal static class FactTypes
{
    private static readonly JsonSerializerOptions Json = FactJson.ForFacts();

    private static readonly FrozenDictionary<Type, FactType> ByType = typeof(IFact).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IFact)))
        .Select(type => new FactType(type.GetCustomAttribute<AliasAttribute>()!.Alias, Json.GetTypeInfo(type)))
        .ToFrozenDictionary(fact => fact.Json.Type);

    private static readonly FrozenDictionary<string, FactType> ByName = ByType.Values.ToFrozenDictionary(fact => fact.Name, StringComparer.Ordinal);

    public static IReadOnlyCollection<FactType> All => ByType.Values;

    public static FactType Of(Type type) => ByType[type];

    public static FactType? Find(string? name) => name is not null && ByName.TryGetValue(name, out var known) ? known : null;
}

/// <param name="Name">For ever: the alias of its record.</param>
/// <param name="Json">How it is written and read.</param>
internal sealed record FactType(string Name, JsonTypeInfo Json);
