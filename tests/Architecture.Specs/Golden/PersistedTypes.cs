using System.Reflection;
using System.Text.RegularExpressions;
using Orleans.Persistence.GroupCommit;
using Shop.Events;

namespace Architecture.Specs.Golden;

/// <summary>
/// Everything whose bytes outlive the process, found from what the code stores and not from a list that somebody has to keep:
/// events, the states and maps that grains ask for in their constructors, rows that services read and write, and whatever an
/// abstract member of those may hold.
/// </summary>
internal static partial class PersistedTypes
{
    public static IReadOnlyList<Type> All { get; } = Find(Tree.Assemblies.SelectMany(a => a.GetTypes()));

    /// <summary>The types that a value declared as <paramref name="declared"/> can have.</summary>
    public static IEnumerable<Type> Concrete(Type declared) => Tree.Assemblies.SelectMany(a => a.GetTypes())
        .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsSerialized() && type.IsAssignableTo(declared))
        .OrderBy(type => type.AliasOf(), StringComparer.Ordinal);

    public static IReadOnlyList<Type> Find(IEnumerable<Type> code)
    {
        var found = new HashSet<Type>();
        var waiting = new Queue<Type>([typeof(ShopEvent), .. Concrete(typeof(IFact)), .. code.SelectMany(StoredBy)]);
        while (waiting.TryDequeue(out var type))
        {
            if (!type.IsSerialized() || (!type.IsAbstract && !found.Add(type)))
                continue;
            foreach (var choice in (type.IsAbstract ? [type] : ChoicesWithin(type, [])).SelectMany(Concrete).Where(c => !found.Contains(c)))
                waiting.Enqueue(choice);
        }
        return [.. found.OrderBy(type => type.AliasOf(), StringComparer.Ordinal)];
    }

    private static IEnumerable<Type> StoredBy(Type type) => FacetsOf(type).Concat(RowsOf(type)).Concat(IsStateByName(type) ? [type] : []);

    // IDurable<T> and IDurableMap<T> in a constructor.
    private static IEnumerable<Type> FacetsOf(Type type) => type.GetConstructors()
        .SelectMany(constructor => constructor.GetParameters())
        .Select(parameter => parameter.ParameterType)
        .Where(facet => facet.IsGenericType && facet.GetGenericTypeDefinition() is var open && (open == typeof(IDurable<>) || open == typeof(IDurableMap<>)))
        .Select(facet => facet.GetGenericArguments()[0]);

    // Not a field: it would be made after the list that needs it.
    private static Type[] Stores => [typeof(IDurableRows), typeof(IDurableLog), typeof(IDurableSnapshot)];

    // rows.Read<T>(…), rows.TryWrite<T>(…), log.Append<T>(…), snapshot.ReadEntries<T>(…)
    private static IEnumerable<Type> RowsOf(Type type) => type.Namespace?.StartsWith("Shop", StringComparison.Ordinal) == true
        ? Il.MethodsOf(type).SelectMany(Il.MembersUsedBy).OfType<MethodInfo>()
            .Where(call => call.IsGenericMethod && Stores.Contains(call.DeclaringType))
            .Select(call => call.GetGenericArguments()[0])
        : [];

    private static bool IsStateByName(Type type) => type.AliasOf() is { } alias && StateAlias().IsMatch(alias);

    private static IEnumerable<Type> ChoicesWithin(Type type, HashSet<Type> seen) => SerializedMembers.Of(type)
        .SelectMany(member => Il.Parts(member.Field.FieldType))
        .Where(part => (part.IsSerialized() || part.IsInterface) && seen.Add(part))
        .SelectMany(part => part.IsAbstract ? [part] : ChoicesWithin(part, seen));

    [GeneratedRegex(@"^shop\..*-state\b")]
    private static partial Regex StateAlias();
}
