using System.Diagnostics;
using System.Globalization;

namespace Shop.Benches.Load.Machine;

/// <summary>How much processor time some processes, and the whole machine, have used so far.</summary>
/// <param name="At">Of the monotonic clock.</param>
/// <param name="Seconds">By the name the process was given; with all its descendants.</param>
/// <param name="MachineBusySeconds">Everybody's, over all cores.</param>
internal sealed record CpuReading(long At, IReadOnlyDictionary<string, double> Seconds, double MachineBusySeconds);

/// <summary>What was used between two readings.</summary>
/// <param name="ForeignCores">Cores kept busy by others than the named processes.</param>
internal sealed record CpuUse(double WindowSeconds, IReadOnlyDictionary<string, double> Seconds, double ForeignCores)
{
    public static CpuUse Between(CpuReading start, CpuReading end)
    {
        var window = Stopwatch.GetElapsedTime(start.At, end.At).TotalSeconds;
        var seconds = end.Seconds.ToDictionary(p => p.Key, p => p.Value - start.Seconds[p.Key]);
        var machine = end.MachineBusySeconds - start.MachineBusySeconds;
        return new CpuUse(window, seconds, Math.Max(0, (machine - seconds.Values.Sum()) / window));
    }
}

/// <summary>Reads /proc: Linux only.</summary>
internal sealed class CpuClock(IReadOnlyDictionary<string, int> processes)
{
    // USER_HZ, the unit of /proc: 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public IReadOnlyDictionary<string, int> Processes => processes;

    public CpuReading Read() => new(
        Stopwatch.GetTimestamp(),
        processes.ToDictionary(p => p.Key, p => ProcessTree.Seconds(p.Value)),
        MachineBusySeconds());

    /// <summary>The most memory a process has had resident, in MiB.</summary>
    public static double PeakMemory(int pid) => Status(pid, "VmHWM:");

    /// <summary>What a process has resident, in MiB.</summary>
    public static double Memory(int pid) => Status(pid, "VmRSS:");

    private static double Status(int pid, string field)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private static double MachineBusySeconds()
    {
        // cpu user nice system idle iowait irq softirq steal …: all but idle, iowait, and the guests, which user already holds.
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int[] busy = [1, 2, 3, 6, 7, 8];
        return busy.Sum(field => Ticks(fields[field])) / TicksPerSecond;
    }

    private static double Ticks(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
