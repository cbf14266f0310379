using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Shop.Simulation.Machine;

namespace Shop.Simulation;

/// <summary>A run in which a law was broken, as people read it.</summary>
internal sealed partial class Failure
{
    private const int MostLines = 250;

    private readonly ulong seed;
    private readonly Outcome found;
    private readonly Outcome small;

    /// <param name="seed">Of the run.</param>
    /// <param name="found">What came of it.</param>
    /// <param name="law">The law beside the usual ones, if there was one.</param>
    /// <param name="tries">How often to try for a smaller run.</param>
    public Failure(ulong seed, Outcome found, Action<World>? law, int tries = 1000)
    {
        (this.seed, this.found) = (seed, found);
        var kind = KindOf(found.Broken!);
        var shrinker = new Shrinker(script => Run.Of(new Choices(script), traced: false, law).Broken is { } broken && KindOf(broken) == kind, tries);
        small = Run.Of(new Choices(shrinker.Shrink(found.Script)), traced: true, law);
    }

    /// <summary>How many orders are left in the small run.</summary>
    public int Orders => small.Orders;

    public IReadOnlyList<string> Trace => small.World.Trace.Lines;

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {seed}: {found.Broken}");
        text.AppendLine(CultureInfo.InvariantCulture, $"run it again: SHOP_SIMULATE_SEED={seed} ./test Simulation");
        text.AppendLine(CultureInfo.InvariantCulture, $"made small: {small.Orders} of {found.Orders} orders, {small.Script.Weight} of {found.Script.Weight} choices: {small.Broken}");
        foreach (var line in Trace.Skip(Math.Max(0, Trace.Count - MostLines)))
            text.AppendLine(line);
        return text.ToString();
    }

    /// <summary>The law without the names of those who broke it.</summary>
    private static string KindOf(string broken) => Particulars().Replace(broken.Split('\n')[0], "");

    [GeneratedRegex("(o:)?[0-9a-f]{8}-[0-9a-f-]+(, )?|[0-9]+")]
    private static partial Regex Particulars();
}
