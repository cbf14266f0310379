namespace Architecture.Specs.Guards;

/// <summary>Every type that travels or is stored has a name and numbers for ever (Grains.Interfaces/Events/README.md).</summary>
public sealed class Serialized_types
{
    private static IEnumerable<Type> All => Tree.Assemblies.SelectMany(a => a.GetTypes()).Where(type => type.IsSerialized());

    [Fact]
    public void Have_an_alias_of_their_own_and_gapless_numbers() => Expect.NoFaults(Faults([.. All]));

    [Fact]
    public void Exist() => Assert.NotEmpty(All);

    [Fact]
    public void Without_an_alias_are_seen() => Assert.Contains("Nameless has no Alias", Faults([typeof(Nameless)]));

    [Fact]
    public void With_the_same_alias_are_seen() => Assert.Contains("specs.twin is the Alias of One and Other", Faults([typeof(One), typeof(Other)]));

    [Fact]
    public void With_a_number_left_out_are_seen() => Assert.Contains("Gap has the ids 0, 2", Faults([typeof(Gap)]));

    [Fact]
    public void With_a_number_used_twice_are_seen() => Assert.Contains("Same has the ids 0, 0", Faults([typeof(Same)]));

    [Fact]
    public void With_a_field_that_would_not_travel_are_seen() => Assert.Contains("Forgetful.Forgotten has no Id", Faults([typeof(Forgetful)]));

    private static List<string> Faults(IReadOnlyCollection<Type> types) =>
    [
        .. types.Where(type => type.AliasOf() is null).Select(type => $"{type.Name} has no Alias"),
        .. types.Where(type => type.AliasOf() is not null).GroupBy(type => type.AliasOf()).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key} is the Alias of {string.Join(" and ", group.Select(t => t.Name))}"),
        .. types.Select(type => (type, Ids: SerializedMembers.Own(type).Select(m => (int)m.Id).ToList()))
            .Where(pair => !pair.Ids.SequenceEqual(Enumerable.Range(0, pair.Ids.Count)))
            .Select(pair => $"{pair.type.Name} has the ids {string.Join(", ", pair.Ids)}"),
        .. types.Where(type => !type.IsAssignableTo(typeof(Exception)))
            .SelectMany(type => SerializedMembers.Forgotten(type).Select(field => $"{type.Name}.{field} has no Id")),
    ];

    [GenerateSerializer]
    private sealed record Nameless([property: Id(0)] int A);

    [GenerateSerializer, Alias("specs.twin")]
    private sealed record One([property: Id(0)] int A);

    [GenerateSerializer, Alias("specs.twin")]
    private sealed record Other([property: Id(0)] int A);

    [GenerateSerializer, Alias("specs.gap")]
    private sealed record Gap([property: Id(0)] int A, [property: Id(2)] int B);

    [GenerateSerializer, Alias("specs.same")]
    private sealed record Same([property: Id(0)] int A, [property: Id(0)] int B);

    [GenerateSerializer, Alias("specs.forgetful")]
    private sealed record Forgetful([property: Id(0)] int A)
    {
        public int Forgotten { get; init; }
    }
}
