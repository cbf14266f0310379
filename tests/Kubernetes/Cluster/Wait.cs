using System.Diagnostics;

namespace Kubernetes.Cluster;

/// <summary>Looks again and again until something is so, up to a limit.</summary>
internal static class Wait
{
    // Each look is a process, or goes through one.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    /// <summary>A look that fails because a program did (the API server may be slow to answer) shows nothing, and is repeated.</summary>
    /// <param name="otherwise">What it says when the limit is over.</param>
    public static async Task Until(Func<Task<bool>> isSo, TimeSpan limit, Func<string> otherwise, CancellationToken cancel)
    {
        var from = Stopwatch.GetTimestamp();
        using var pause = new PeriodicTimer(BetweenLooks);
        while (true)
        {
            ToolFailed? failure = null;
            try
            {
                if (await isSo())
                    return;
            }
            catch (ToolFailed fault)
            {
                failure = fault;
            }

            if (Stopwatch.GetElapsedTime(from) >= limit)
                Assert.Fail(failure is null ? otherwise() : $"{otherwise()}\n{failure.Message}");
            await pause.WaitForNextTickAsync(cancel);
        }
    }
}
