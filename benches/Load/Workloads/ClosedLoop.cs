using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Workloads;

/// <summary>W1, W3 and W4 warm the shop up, are measured in a window, and finish what is under way after it.</summary>
internal static class ClosedLoop
{
    /// <param name="begin">Begins all that takes part, and tells it how to find out whether to go on.</param>
    /// <param name="instruments">Read at both ends of the window.</param>
    /// <param name="settings">How long it warms up, and is measured.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<(Reading Start, Reading End)> Measure(
        Func<Func<bool>, IEnumerable<Task>> begin, Instruments instruments, W1Settings settings, CancellationToken cancel)
    {
        var open = true;
        var atWork = begin(() => Volatile.Read(ref open)).ToList();
        Console.WriteLine($"{settings.Buyers} buyers: {settings.WarmupSeconds} s to warm up, {settings.Seconds} s measured");
        await Task.Delay(TimeSpan.FromSeconds(settings.WarmupSeconds), cancel);
        var start = await instruments.Begin(cancel);
        await Task.Delay(TimeSpan.FromSeconds(settings.Seconds), cancel);
        var end = await instruments.End(cancel);
        // What is under way is finished, and audited, but no longer counted.
        Volatile.Write(ref open, false);
        await Task.WhenAll(atWork);
        return (start, end);
    }
}
