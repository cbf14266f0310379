namespace Shop.Cluster.Specs;

/// <summary>Waits for a condition, with a limit.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <returns>The first value that satisfies the condition.</returns>
    /// <exception cref="TimeoutException">None did in time; names the last one.</exception>
    public static async Task<T> Get<T>(Func<Task<T>> read, Func<T, bool> until)
    {
        using var every = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var deadline = TimeProvider.System.GetTimestamp();
        var last = default(T);
        do
        {
            last = await read();
            if (until(last))
                return last;
        }
        while (TimeProvider.System.GetElapsedTime(deadline) < Limit && await every.WaitForNextTickAsync());

        throw new TimeoutException($"Not within {Limit}; it is {last}.");
    }
}
