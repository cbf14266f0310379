namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>
/// The last messages that were settled while nobody knows whether the broker has heard of it. Guarded by the lock of its <see cref="Inbox"/>.
/// </summary>
internal sealed class RecentlySettled(int limit)
{
    private readonly Queue<(string Id, UInt128 Fingerprint)> _order = new();
    private readonly HashSet<(string Id, UInt128 Fingerprint)> _known = [];

    public void Add(ReceivedMessage message)
    {
        if (KeyOf(message) is not { } key || !_known.Add(key))
            return;

        _order.Enqueue(key);
        if (_order.Count > limit)
            _known.Remove(_order.Dequeue());
    }

    public bool Contains(ReceivedMessage message) => KeyOf(message) is { } key && _known.Contains(key);

    private static (string Id, UInt128 Fingerprint)? KeyOf(ReceivedMessage message) =>
        message.Id is { } id ? (id, message.Fingerprint) : null;
}
