using System.Collections.Immutable;
using System.Reflection;
using Shop.Telemetry;

namespace Grains.Specs.Telemetry;

/// <summary>The grain that counts open orders, and the way to it.</summary>
internal sealed class CountedOrders
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private int asks;

    public CountedOrders()
    {
        var census = DispatchProxy.Create<ISagaCensusGrain, CountProxy>();
        ((CountProxy)census).Answer = Count;
        Grains = DispatchProxy.Create<IGrainFactory, CountProxy>();
        ((CountProxy)(object)Grains).Answer = () => census;
    }

    public IGrainFactory Grains { get; }

    /// <summary>How many orders are open, all placed; null: nobody answers.</summary>
    public long? Answer { get; set; } = 7;

    /// <summary>It answers with this, as long as there is one.</summary>
    public Exception? Fault { get; set; }

    public int Asks => Volatile.Read(ref asks);

    /// <summary>Waits until it was asked so often.</summary>
    public Task Asked(int times) => Until(() => Asks >= times, $"asked {times} times, not {Asks}");

    public static async Task Until(Func<bool> holds, string what)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var started = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Limit, what);
            await ticks.WaitForNextTickAsync();
        }
    }

    private Task<ImmutableArray<long>> Count()
    {
        Interlocked.Increment(ref asks);
        if (Fault is { } fault)
            return Task.FromException<ImmutableArray<long>>(fault);
        return Answer is { } placed
            ? Task.FromResult<ImmutableArray<long>>([placed, .. new long[StatusNames.All.Length - 1]])
            : new TaskCompletionSource<ImmutableArray<long>>().Task;
    }
}

/// <summary>Public and open, because the proxy is derived from it at run time.</summary>
public class CountProxy : DispatchProxy
{
    public Func<object>? Answer { get; set; }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer!();
}
