namespace Orleans.Streams.RabbitMQ;

/// <summary>Whether a message is known to come from somebody who has a key.</summary>
public enum RabbitMqAuthenticity
{
    /// <summary>Nobody has looked: the provider has no <see cref="RabbitMqStreamOptions.MessageKeys"/>.</summary>
    NotChecked = 0,

    /// <summary>Its digest is right: id, stream, types and body are as somebody with a key has published them.</summary>
    Proven,

    /// <summary>
    /// It has no digest, or one by a key, or in a manner, that this process does not know: anybody may have published it. With
    /// <see cref="RabbitMqUnproven.HandOn"/> only.
    /// </summary>
    Unproven,
}

/// <summary>What becomes of messages that prove nothing.</summary>
public enum RabbitMqUnproven
{
    /// <summary>They become dead letters.</summary>
    DeadLetter = 0,

    /// <summary>
    /// Subscribers get them. The wire format can tell them so, by <see cref="WireMessage.Authenticity"/>; a subscriber that is not told
    /// believes everybody.
    /// </summary>
    HandOn,
}
