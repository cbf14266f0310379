namespace Orleans.Streams.RabbitMQ;

public sealed partial class RabbitMqStreamOptions
{
    /// <summary>How many published messages may wait for the broker's confirm. Default 1,024. Those beyond wait in this process, in order.</summary>
    public int MaxInFlight { get; set; } = 1_024;

    /// <summary>
    /// How long a publish may take in all, with repetitions over a lost connection, before it fails; the message may then be stored or not.
    /// Default 30 s. Shorter: faults reach callers sooner.
    /// </summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the broker may leave a message unconfirmed before its connection counts as dead, and the message is sent again on a new
    /// one. Default 5 s; a broker that says that it is blocked (memory, disk) is waited for. Shorter: a slow disk looks like a dead broker.
    /// Longer: after a restart of RabbitMQ 3, which forgets for 10 s what a quorum queue got before it had a leader, publishes wait for it.
    /// </summary>
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a message's body may be, in bytes. Default 16 MiB, the broker's own limit since 4.0. It closes the channel of who sends more,
    /// and all that is under way has to be sent again, so that longer ones are refused here: keep this at or below its <c>max_message_size</c>.
    /// </summary>
    public int MaxMessageBytes { get; set; } = 16 * 1024 * 1024;
}
