using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace Shop.Telemetry;

/// <summary>The newest count of open orders that this process knows of. Nothing is shown before the first one, and nothing when it is old.</summary>
internal static class SagaGauge
{
    private static volatile Count? latest;
    private static volatile bool looked = true;

    /// <param name="count">By the number of their status.</param>
    /// <param name="goodFor">How long it is shown, unless a newer one comes. By itself: whoever should bring the next one may be waiting for it.</param>
    /// <param name="time">By which that is measured.</param>
    public static void Set(ImmutableArray<long> count, TimeSpan goodFor, TimeProvider time) => latest = new Count(count, time, time.GetTimestamp(), goodFor);

    /// <summary>It is not known how many there are.</summary>
    public static void Clear() => latest = null;

    /// <summary>Whether anybody has looked since this was last asked.</summary>
    public static bool WasLookedAt()
    {
        var was = looked;
        looked = false;
        return was;
    }

    public static IEnumerable<Measurement<long>> Read()
    {
        looked = true;
        if (latest is not { IsOld: false } count)
            yield break;
        foreach (var status in StatusNames.All)
            yield return new Measurement<long>(count.Of[(int)status], new KeyValuePair<string, object?>("state", StatusNames.Of(status)));
    }

    private sealed record Count(ImmutableArray<long> Of, TimeProvider Time, long At, TimeSpan GoodFor)
    {
        public bool IsOld => Time.GetElapsedTime(At) >= GoodFor;
    }
}
