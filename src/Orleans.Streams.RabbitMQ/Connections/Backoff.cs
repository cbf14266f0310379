namespace Orleans.Streams.RabbitMQ.Connections;

/// <summary>The pauses between attempts: 0.1 s, doubling to 5 s, each a little different, so that silos do not all come back at once.</summary>
internal static class Backoff
{
    private const int LongestMilliseconds = 5_000;

    public static TimeSpan After(int failures)
    {
        var full = Math.Min(LongestMilliseconds, 100 << Math.Clamp(failures - 1, 0, 10));
        return TimeSpan.FromMilliseconds((0.75 + (Random.Shared.NextDouble() / 4)) * full);
    }
}
