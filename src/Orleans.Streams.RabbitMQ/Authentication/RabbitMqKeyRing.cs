namespace Orleans.Streams.RabbitMQ;

/// <summary>Where a provider finds its keys. Thread-safe.</summary>
public interface IRabbitMqMessageKeys
{
    /// <summary>The keys of now. Asked for with every message, so it is a field, and never waits or throws.</summary>
    RabbitMqKeyRing Current { get; }
}

/// <summary>The keys of one moment. Immutable. Where keys never change, it is all that the option needs.</summary>
public sealed class RabbitMqKeyRing : IRabbitMqMessageKeys
{
    private readonly RabbitMqMessageKey[] _known;

    /// <param name="signing">Signs what is published; null: messages go out without a digest.</param>
    /// <param name="verifying">Messages of these are believed, too: earlier keys, and the one that is to sign next. A handful.</param>
    /// <exception cref="ArgumentException">Two of them have one id.</exception>
    public RabbitMqKeyRing(RabbitMqMessageKey? signing, IEnumerable<RabbitMqMessageKey> verifying)
    {
        ArgumentNullException.ThrowIfNull(verifying);
        Signing = signing;
        _known = signing is null ? [.. verifying] : [signing, .. verifying.Where(key => key != signing)];
        if (_known.DistinctBy(key => key.Id).Count() < _known.Length)
            throw new ArgumentException("Two message keys have the same id.", nameof(verifying));
    }

    /// <summary>No keys: nothing is signed, and no message can prove anything.</summary>
    public static RabbitMqKeyRing Empty { get; } = new(null, []);

    /// <summary>Null: messages go out without a digest.</summary>
    public RabbitMqMessageKey? Signing { get; }

    RabbitMqKeyRing IRabbitMqMessageKeys.Current => this;

    internal RabbitMqMessageKey? Find(ReadOnlySpan<byte> id)
    {
        foreach (var key in _known)
        {
            if (id.SequenceEqual(key.NameBytes.Span))
                return key;
        }

        return null;
    }
}
