using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace Shop.Telemetry;

/// <summary>The newest count of open orders that this process knows of. Nothing is shown before the first one.</summary>
internal static class SagaGauge
{
    private static ImmutableArray<long>? latest;
    private static volatile bool looked = true;

    /// <summary>Null: not known.</summary>
    public static void Set(ImmutableArray<long>? count) => latest = count;

    /// <summary>Whether anybody has looked since this was last asked: counts that nobody sees are not made.</summary>
    public static bool WasLookedAt()
    {
        var was = looked;
        looked = false;
        return was;
    }

    public static IEnumerable<Measurement<long>> Read()
    {
        looked = true;
        if (latest is not { } count)
            yield break;
        foreach (var status in StatusNames.All)
            yield return new Measurement<long>(count[(int)status], new KeyValuePair<string, object?>("state", StatusNames.Of(status)));
    }
}
