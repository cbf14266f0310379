using System.Diagnostics;

namespace Chaos;

/// <summary>The clock of a machine, as one process of it sees it: libfaketime puts it forward and back while the process runs. What only grows goes on evenly.</summary>
/// <param name="file">Holds how far it is off, in libfaketime's words; read by the process each time it asks.</param>
internal sealed class SteppedClock(string file)
{
    /// <summary>What the process is told.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library(),
        ["FAKETIME_TIMESTAMP_FILE"] = file,
        ["FAKETIME_NO_CACHE"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        // It takes waiting threads, which wait by the monotonic clock, for ones that wait by the time of day.
        ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
    };

    /// <param name="offset">From the right time: +10y, -6m, +0.</param>
    public void Step(string offset)
    {
        // As a whole: half a word would be another time.
        File.WriteAllText($"{file}.new", offset);
        File.Move($"{file}.new", file, overwrite: true);
    }

    private static string Library()
    {
        var script = Path.Combine(Cluster.RunningCluster.Repository, "scripts", "faketime");
        using var process = Process.Start(new ProcessStartInfo(script, ["library"]) { RedirectStandardOutput = true })!;
        var path = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? path : throw new InvalidOperationException("There is no libfaketime: scripts/faketime install");
    }
}
