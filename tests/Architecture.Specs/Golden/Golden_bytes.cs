using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Architecture.Specs.Golden;

/// <summary>
/// What earlier versions stored still reads, and means the same. The contract manifest does not see field numbers: renumbering
/// <c>[Id]</c> builds clean and loses data silently.
/// </summary>
public sealed class Golden_bytes
{
    /// <summary>Set to 1 to record what is missing. Nothing recorded is ever changed.</summary>
    private const string RecordVariable = "SHOP_RECORD_GOLDEN";

    private static readonly Serializer Serializer = CreateSerializer();

    static Golden_bytes()
    {
        if (Environment.GetEnvironmentVariable(RecordVariable) == "1")
            Missing().ForEach(Record);
    }

    [Fact]
    public void Of_every_earlier_version_still_read_as_what_was_written() =>
        Expect.NoFaults(GoldenFile.All.SelectMany(golden => Differences(golden).Select(fault => $"{golden.Name}: {fault}")));

    [Fact]
    public void Are_recorded_for_every_field_of_everything_that_is_stored()
    {
        var missing = Missing().Select(type => type.AliasOf()).ToList();

        Assert.True(missing.Count == 0,
            $"No recorded bytes hold every field of {string.Join(", ", missing)}. " +
            $"Run `{RecordVariable}=1 ./test Architecture.Specs` and commit the new files.");
    }

    [Fact]
    public void Are_recorded_under_every_stored_type_once() =>
        Assert.Equal(GoldenFile.All.Count, GoldenFile.All.DistinctBy(golden => (golden.Alias, golden.Number)).Count());

    [Fact]
    public void That_read_as_something_else_are_seen()
    {
        var golden = GoldenFile.All.Single(g => g.Name == "shop.stock-adjusted.v1");
        var swapped = golden with { Lines = [.. golden.Lines.Select(line => line.Replace("Reason", "Delta", StringComparison.Ordinal))] };

        Assert.NotEmpty(Differences(swapped));
    }

    [Fact]
    public void Of_a_type_that_is_gone_are_seen()
    {
        var golden = GoldenFile.All.Single(g => g.Name == "shop.stock-adjusted.v1");
        var alias = System.Text.Encoding.UTF8.GetBytes("shop.stock-adjusted.v1");
        var renamed = golden.Bytes.ToArray();
        renamed[renamed.AsSpan().IndexOf(alias) + alias.Length - 1] = (byte)'9';

        Assert.NotEmpty(Differences(golden with { Bytes = renamed }));
    }

    [Fact]
    public void That_miss_a_field_are_seen()
    {
        var golden = GoldenFile.All.Single(g => g.Name == "shop.stock-adjusted.v1");
        var type = typeof(Shop.Events.StockAdjusted);
        var before = golden with { Lines = [.. golden.Lines.Where(line => !line.StartsWith("Reason", StringComparison.Ordinal))] };

        Assert.True(IsCovered(type, Sample.Of(type), [golden]));
        Assert.False(IsCovered(type, Sample.Of(type), [before]));
    }

    private static List<string> Differences(GoldenFile golden)
    {
        object? value;
        try
        {
            value = Serializer.Deserialize<object>(golden.Bytes);
        }
        catch (Exception fault)
        {
            return [$"does not read: {fault.Message}"];
        }
        // Lines that were not recorded belong to fields that came later.
        var now = value is null ? [] : Dump.Of(value).ToHashSet(StringComparer.Ordinal);
        return [.. golden.Lines.Where(line => !now.Contains(line)).Select(line => $"no longer reads {line}")];
    }

    private static List<Type> Missing() => [.. PersistedTypes.All.Where(type => !IsCovered(type, Sample.Of(type), GoldenFile.All))];

    private static bool IsCovered(Type type, object sample, IEnumerable<GoldenFile> recorded)
    {
        var paths = recorded.Where(golden => golden.Alias == type.AliasOf()).SelectMany(golden => golden.Lines).Select(Dump.PathOf).ToHashSet();
        return paths.IsSupersetOf(Dump.Of(sample).Select(Dump.PathOf));
    }

    private static void Record(Type type)
    {
        var alias = type.AliasOf()!;
        var sample = Sample.Of(type);
        var number = 1 + GoldenFile.All.Where(golden => golden.Alias == alias).Select(golden => golden.Number).DefaultIfEmpty(0).Max();
        var golden = new GoldenFile(alias, number, Dump.Of(sample), Serializer.SerializeToArray<object>(sample));
        Assert.Empty(Differences(golden));
        golden.Save();
    }

    private static Serializer CreateSerializer()
    {
        var services = new ServiceCollection();
        services.AddSerializer(serializer =>
        {
            foreach (var assembly in Tree.Assemblies)
                serializer.AddAssembly(assembly);
        });
        return services.BuildServiceProvider().GetRequiredService<Serializer>();
    }
}
