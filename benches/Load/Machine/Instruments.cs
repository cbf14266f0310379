namespace Shop.Benches.Load.Machine;

/// <summary>Processor time, and what was done with it.</summary>
internal sealed record Reading(CpuReading Cpu, IReadOnlyDictionary<string, double> Counts);

/// <summary>The clock is the inner of the two at both ends: what it costs to read the counters is nobody's processor time.</summary>
internal sealed class Instruments(CpuClock clock, Counters counters)
{
    public async Task<Reading> Begin(CancellationToken cancel)
    {
        var counts = await counters.Read(cancel);
        return new Reading(clock.Read(), counts);
    }

    public async Task<Reading> End(CancellationToken cancel)
    {
        var time = clock.Read();
        return new Reading(time, await counters.Read(cancel));
    }
}
