using System.Reflection;

namespace Architecture.Specs.Guards;

/// <summary>Names on the wire and in the database are written down, so that renaming a class or a method renames nothing that is stored.</summary>
public sealed class Grain_names
{
    [Fact]
    public void Are_written_on_every_grain_and_interface() => Expect.NoFaults(Faults(Tree.Assemblies.SelectMany(a => a.GetTypes())));

    [Fact]
    public void Are_each_given_once()
    {
        var grains = Tree.Assemblies.SelectMany(a => a.GetTypes()).Where(IsGrain).Select(NameOfGrain).OfType<string>();
        var interfaces = Tree.Assemblies.SelectMany(a => a.GetTypes()).Where(IsGrainInterface).Select(NameOfInterface).OfType<string>();

        Assert.Empty(Twice(grains));
        Assert.Empty(Twice(interfaces));
    }

    [Fact]
    public void That_are_missing_are_seen() => Assert.Equal(
        [
            "INamelessGrain has no GrainInterfaceType",
            "INamelessGrain.Do has no Alias",
            "NamelessGrain has no GrainType",
        ],
        Faults([typeof(INamelessGrain), typeof(NamelessGrain)]).Order());

    private static IEnumerable<string> Faults(IEnumerable<Type> types)
    {
        foreach (var type in types)
        {
            if (IsGrain(type) && NameOfGrain(type) is null)
                yield return $"{type.Name} has no GrainType";
            if (!IsGrainInterface(type))
                continue;
            if (NameOfInterface(type) is null)
                yield return $"{type.Name} has no GrainInterfaceType";
            foreach (var method in type.GetMethods().Where(m => !m.IsStatic && m.GetCustomAttribute<AliasAttribute>() is null))
                yield return $"{type.Name}.{method.Name} has no Alias";
        }
    }

    private static bool IsGrain(Type type) => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IGrainBase));

    private static bool IsGrainInterface(Type type) => type.IsInterface && type.IsAssignableTo(typeof(IGrain));

    private static string? NameOfGrain(Type type) => ArgumentOf<GrainTypeAttribute>(type);

    private static string? NameOfInterface(Type type) => ArgumentOf<GrainInterfaceTypeAttribute>(type);

    private static string? ArgumentOf<TAttribute>(Type type) =>
        (string?)type.CustomAttributes.SingleOrDefault(a => a.AttributeType == typeof(TAttribute))?.ConstructorArguments[0].Value;

    private static List<string> Twice(IEnumerable<string> names) => [.. names.GroupBy(n => n).Where(g => g.Count() > 1).Select(g => g.Key)];

    private interface INamelessGrain : IGrainWithStringKey
    {
        Task Do();
    }

    private sealed class NamelessGrain : Grain;
}
