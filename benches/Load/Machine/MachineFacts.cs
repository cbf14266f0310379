using System.Globalization;
using System.Runtime.InteropServices;

namespace Shop.Benches.Load.Machine;

/// <summary>Where a figure was taken: without it the figure says nothing.</summary>
internal sealed record MachineFacts(int Cores, string Processor, double MemoryGiB, string Kernel, string System, string Runtime)
{
    public static MachineFacts Read() => new(
        Environment.ProcessorCount,
        Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Math.Round(long.Parse(Field("/proc/meminfo", "MemTotal")!.Split(' ')[0], CultureInfo.InvariantCulture) / 1024.0 / 1024.0, 1),
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription);

    private static string? Field(string file, string name) => File.ReadLines(file)
        .Select(line => line.Split(':', 2))
        .FirstOrDefault(parts => parts.Length == 2 && parts[0].Trim() == name)?[1].Trim();
}
