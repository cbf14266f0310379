namespace Orleans.Streams.RabbitMQ;

public sealed partial class RabbitMqStreamOptions
{
    /// <summary>
    /// Keys by which messages prove that somebody who knows them has published them, and that nobody has changed them since. Null
    /// (default): messages carry no digest, and whoever may publish is believed. With keys, a message whose digest is wrong becomes a dead
    /// letter. All silos and clients of a provider should have them; of one that has not, messages are unproven.
    /// </summary>
    public Func<IServiceProvider, IRabbitMqMessageKeys>? MessageKeys { get; set; }

    /// <summary>
    /// With <see cref="MessageKeys"/>: what becomes of messages without a digest, or with one by an unknown key. Default <see
    /// cref="RabbitMqUnproven.DeadLetter"/>.
    /// <see cref="RabbitMqUnproven.HandOn"/> is for the time in which some processes have no keys yet, and for subscribers that can find
    /// out themselves.
    /// </summary>
    public RabbitMqUnproven Unproven { get; set; }
}
