using System.Diagnostics;

namespace Shop.Benches.Load.Api;

internal static class Readiness
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks until the shop is ready; false when the limit is over or its process has ended.</summary>
    public static async Task<bool> Wait(ShopApi api, TimeSpan limit, Func<bool> isAlive, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await api.IsReady(cancel))
        {
            if (!isAlive() || Stopwatch.GetElapsedTime(started) > limit)
                return false;
            await Task.Delay(Pause, cancel);
        }
        return true;
    }
}
