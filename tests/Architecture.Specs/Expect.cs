namespace Architecture.Specs;

internal static class Expect
{
    /// <summary>Fails with every fault in full: the list is what has to be worked off.</summary>
    public static void NoFaults(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, $"{all.Count} faults:\n  {string.Join("\n  ", all)}");
    }
}
