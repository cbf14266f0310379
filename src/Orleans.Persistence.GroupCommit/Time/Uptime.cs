using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orleans.Persistence.GroupCommit;

/// <summary>How long the machine has run: no setting of its clock changes it. On Linux with the time that it was suspended.</summary>
internal static partial class Uptime
{
    // From linux/time.h: as CLOCK_MONOTONIC, and it goes on in suspend.
    private const int ClockBootTime = 7;

    private static readonly bool KnowsSuspend = OperatingSystem.IsLinux() && IsThere();

    public static TimeSpan Read() =>
        KnowsSuspend && ClockGetTime(ClockBootTime, out var time) == 0
            ? new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
            : Stopwatch.GetElapsedTime(0);

    private static bool IsThere()
    {
        try
        {
            return ClockGetTime(ClockBootTime, out _) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    // A time_t and a long, both of a register's size.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
