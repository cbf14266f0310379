namespace Orleans.Streams.RabbitMQ.Publishing;

/// <summary>
/// Whether a refusal is worth another channel. A channel of RabbitMQ 3.10 that meets a quorum queue for the first time just after the queue's leader
/// has died keeps asking the dead node, and refuses all messages to that queue until the node is back; another channel asks the new leader.
/// A queue that is full refuses over any channel, so that it is tried ever more seldom. Not thread-safe: its publisher's lock guards it.
/// </summary>
internal sealed class ChannelRenewal(TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _pause = Shortest;
    private long? _renewedAt;

    public bool IsDue()
    {
        var since = _renewedAt is { } at ? time.GetElapsedTime(at) : TimeSpan.MaxValue;
        if (since < _pause)
            return false;

        _pause = since > 2 * Longest ? Shortest : TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, Longest.Ticks));
        _renewedAt = time.GetTimestamp();
        return true;
    }
}
