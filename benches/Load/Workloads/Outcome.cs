using Shop.Benches.Load.Api;

namespace Shop.Benches.Load.Workloads;

/// <summary>What a checking workload found.</summary>
/// <param name="Faults">Everything that is not as it must be, apart from broken invariants.</param>
internal sealed record Outcome(string Summary, InvariantsAnswer Invariants, IReadOnlyList<string> Faults)
{
    private const int Shown = 50;

    public long Violations => Faults.Count + Invariants.Violations;

    public void Print()
    {
        Console.WriteLine(Summary);
        Console.WriteLine($"invariants: {Invariants}");
        foreach (var fault in Faults.Take(Shown))
            Console.WriteLine($"  {fault}");
        if (Faults.Count > Shown)
            Console.WriteLine($"  … and {Faults.Count - Shown} more");
        Console.WriteLine($"{Violations} violations");
    }
}
