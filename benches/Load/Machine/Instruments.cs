namespace Shop.Benches.Load.Machine;

/// <summary>Processor time, and what was done with it.</summary>
internal sealed record Reading(CpuReading Cpu, IReadOnlyDictionary<string, double> Counts);

internal sealed class Instruments(CpuClock clock, Counters counters)
{
    public async Task<Reading> Read(CancellationToken cancel)
    {
        // The clock last at both ends: the window is the same for both, but for the moment that it takes to read the counters.
        var counts = await counters.Read(cancel);
        return new Reading(clock.Read(), counts);
    }
}
