using System.Diagnostics;

namespace Chaos.Cluster;

/// <summary>Looks again and again until something is so, up to a limit.</summary>
internal static class Wait
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <param name="otherwise">What it says when the limit is over.</param>
    public static Task Until(Func<bool> isSo, TimeSpan limit, Func<string> otherwise, CancellationToken cancel) =>
        Until(() => Task.FromResult(isSo()), limit, otherwise, cancel);

    /// <inheritdoc cref="Until(Func{bool}, TimeSpan, Func{string}, CancellationToken)"/>
    public static async Task Until(Func<Task<bool>> isSo, TimeSpan limit, Func<string> otherwise, CancellationToken cancel)
    {
        var from = Stopwatch.GetTimestamp();
        using var pause = new PeriodicTimer(BetweenLooks);
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(from) >= limit)
                Assert.Fail(otherwise());
            await pause.WaitForNextTickAsync(cancel);
        }
    }
}
