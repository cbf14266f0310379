namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// How the events of one log (<see cref="Outgoing.Append(string, string, long, object)"/>) become its entries: registered as a keyed service under the log's
/// name. Without one, an entry is what the Orleans serializer writes. Must be thread-safe and quick.
/// </summary>
public interface IDurableLogFormat
{
    /// <summary>What is stored of an event. Its entity and its sequence are stored beside it anyhow.</summary>
    /// <exception cref="Exception">It cannot be stored: the commit is refused, and the activation ends.</exception>
    byte[] Write(object item);

    /// <summary>The event that is to be delivered.</summary>
    /// <param name="entity">Whose event.</param>
    /// <param name="sequence">Its number among the entity's.</param>
    /// <param name="stored">What <see cref="Write"/> gave, in this or an earlier release.</param>
    /// <exception cref="Exception">It cannot be read: it is put aside.</exception>
    object Read(string entity, long sequence, ReadOnlyMemory<byte> stored);
}
