using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Shop.Benches.Micro.Streams.Latency;

/// <summary>Calls at fixed times, whatever becomes of the calls before: who is slow is not asked less often.</summary>
internal static class OpenLoop
{
    // The system wakes a sleeper a little too late: the rest is waited for awake.
    private static readonly long Awake = Stopwatch.Frequency / 10_000;

    /// <summary>Blocks the thread. Ends early when a limit of calls under way is reached or when cancelled.</summary>
    /// <param name="perSecond">How often.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="call">Begins the n-th call, which was due at a time of the monotonic clock.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>How late each call began, in ticks of that clock.</returns>
    public static List<long> Run(double perSecond, TimeSpan duration, Action<long, long> call, CancellationToken cancel)
    {
        var count = (long)(perSecond * duration.TotalSeconds);
        var late = new List<long>((int)count);
        var start = Stopwatch.GetTimestamp();
        for (var n = 0L; n < count && !cancel.IsCancellationRequested; n++)
        {
            var due = start + (long)(n * (Stopwatch.Frequency / perSecond));
            WaitUntil(due);
            late.Add(Stopwatch.GetTimestamp() - due);
            call(n, due);
        }

        return late;
    }

    private static void WaitUntil(long due)
    {
        var sleep = due - Stopwatch.GetTimestamp() - Awake;
        if (sleep > 0)
            _ = Sleep((uint)(sleep * 1_000_000 / Stopwatch.Frequency));
        while (Stopwatch.GetTimestamp() < due)
            Thread.SpinWait(10);
    }

    // Thread.Sleep knows whole milliseconds only.
    [DllImport("libc", EntryPoint = "usleep"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sleep(uint microseconds);
}
