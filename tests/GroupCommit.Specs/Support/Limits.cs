using System.Diagnostics;

namespace GroupCommit.Specs;

/// <summary>Waiting for what has to come, with a limit.</summary>
internal static class Limits
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task Soon(this Task task) => task.WaitAsync(Patience);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Patience);

    /// <summary>Asks again until it is so.</summary>
    public static async Task Until(Func<Task<bool>> isSo)
    {
        var started = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(started.Elapsed < Patience, "It did not come about in time.");
            await Task.Yield();
        }
    }

    public static Task Until(Func<bool> isSo) => Until(() => Task.FromResult(isSo()));
}
