namespace Shop.Benches.Load.Machine;

/// <summary>Processor time, and what was done with it.</summary>
internal sealed record Reading(CpuReading Cpu, IReadOnlyDictionary<string, double> Counts);

/// <summary>The clock is the inner of the two at both ends: what it costs to read the counters is nobody's processor time.</summary>
/// <param name="counters">Null: processor time alone.</param>
internal sealed class Instruments(CpuClock clock, Counters? counters = null)
{
    private static readonly Dictionary<string, double> Nothing = [];

    public async Task<Reading> Begin(CancellationToken cancel)
    {
        var counts = await Count(cancel);
        return new Reading(clock.Read(), counts);
    }

    public async Task<Reading> End(CancellationToken cancel)
    {
        var time = clock.Read();
        return new Reading(time, await Count(cancel));
    }

    private async Task<IReadOnlyDictionary<string, double>> Count(CancellationToken cancel) =>
        counters is null ? Nothing : await counters.Read(cancel);
}
