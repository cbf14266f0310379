using Orleans.Runtime.Providers;

namespace Orleans.Streams.Settling;

/// <summary>
/// The pauses between the calls of a subscriber that throws: 0.1 s, doubling to 5 s. Shorter than Orleans' own, because a stop of the silo
/// has to wait for the one that is running.
/// </summary>
internal sealed class DeliveryBackoff : IMessageDeliveryBackoffProvider
{
    private const int LongestMilliseconds = 5_000;

    public TimeSpan Next(int attempt) => TimeSpan.FromMilliseconds(Math.Min(LongestMilliseconds, 100 << Math.Clamp(attempt, 0, 10)));
}
