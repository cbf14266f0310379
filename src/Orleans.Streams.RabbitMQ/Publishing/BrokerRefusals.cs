namespace Orleans.Streams.RabbitMQ.Publishing;

/// <summary>
/// Remembers that the broker did not take a message. For longer than whoever publishes it again waits: otherwise a broker that refuses would look well
/// between two tries. Thread-safe.
/// </summary>
internal sealed class BrokerRefusals(TimeProvider time)
{
    /// <summary>How long.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    private volatile Refusal? _newest;

    /// <summary>The newest one, in words for anybody, unless it is older.</summary>
    public string? Recent => _newest is { } newest && time.GetElapsedTime(newest.At) < Memory ? newest.Why : null;

    /// <summary>Of a channel that the broker has closed; null: that is no refusal, but a connection that went.</summary>
    public static string? Of(ushort replyCode) => replyCode switch
    {
        403 => "its user may not publish",
        404 => "what they are published to is not there",
        _ => null,
    };

    /// <param name="outcome">Of a message, as the metrics name it.</param>
    public static string? Of(string outcome) => outcome switch
    {
        "nacked" => "a queue is full, or fails",
        "returned" => "no queue takes them",
        "timed_out" => "it confirms nothing",
        _ => null,
    };

    public void Note(string? why)
    {
        if (why is not null)
            _newest = new Refusal(why, time.GetTimestamp());
    }

    private sealed record Refusal(string Why, long At);
}
