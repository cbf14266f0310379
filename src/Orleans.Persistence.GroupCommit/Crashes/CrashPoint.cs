using System.Diagnostics;
using System.Reflection;

namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// A named place in the code where a crash would leave something half done. A spec arms one and sees the process die right there; while
/// none is armed, reaching it costs a comparison. Thread-safe.
/// </summary>
/// <remarks>
/// Keep the points of an assembly together, as static readonly fields of one class, so that specs can go through <see cref="AllOf"/> them.
/// </remarks>
/// <param name="name">What has happened, and what has not: <c>batch-written/not-committed</c>.</param>
public sealed class CrashPoint(string name)
{
    private static CrashPoint? _armed;
    private static Process? _self;
    private static int _left;
    private static TimeSpan _linger;

    /// <summary>What has happened, and what has not.</summary>
    public string Name { get; } = name;

    /// <summary>The points that a class holds in static fields, in their order there.</summary>
    public static IReadOnlyList<CrashPoint> AllOf(Type catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        return [.. catalogue.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Select(f => f.GetValue(null)).OfType<CrashPoint>()];
    }

    /// <summary>From now on this process is killed here. Only one point is armed at a time: the one that was armed last.</summary>
    /// <param name="time">How often the point is reached until then: 1 is the first time.</param>
    /// <param name="linger">
    /// How long the thread that comes here is held before the end, while the rest of the process goes on: what gets out meanwhile, an
    /// answer or an event, must not have needed what is not done. Zero: everything ends at once.
    /// </param>
    public void Arm(int time = 1, TimeSpan linger = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(linger, TimeSpan.Zero);
        (_self, _left, _linger) = (Process.GetCurrentProcess(), time, linger);
        Volatile.Write(ref _armed, this);
    }

    /// <summary>The code has come to this point. When it is armed, and this is the time, the process ends without another step.</summary>
    public void Reach()
    {
        if (ReferenceEquals(_armed, this))
            Count();
    }

    private void Count()
    {
        if (Interlocked.Decrement(ref _left) != 0)
            return;

        Console.Error.WriteLine($"Crash point {Name} is reached: this process kills itself.");
        Thread.Sleep(_linger);
        // Not Exit, not FailFast: nothing is flushed, no handler runs, as when the power fails.
        _self!.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
