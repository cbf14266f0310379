namespace Orleans.Streams.RabbitMQ.Publishing;

/// <summary>
/// The messages that one channel has sent and the broker has not answered, by their numbers: 1, 2, 3 … in the order of sending. Not
/// thread-safe: its publisher's lock guards it.
/// </summary>
internal sealed class ConfirmWindow
{
    private readonly Publication?[] _ring;
    private readonly int _limit;
    private ulong _oldest = 1;
    private ulong _next = 1;

    public ConfirmWindow(int limit)
    {
        _limit = limit;
        _ring = new Publication?[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)limit)];
    }

    /// <summary>How many are unanswered, and what an answered one still takes up between them.</summary>
    public int Count => (int)(_next - _oldest);

    public bool IsFull => Count >= _limit;

    /// <summary>The one that waits for longest.</summary>
    public Publication? Oldest => Count > 0 ? this[_oldest] : null;

    /// <summary>The next message gets the next number.</summary>
    public void Add(Publication publication) => this[_next++] = publication;

    /// <summary>The broker has answered for one message, or for all up to it.</summary>
    public void Answer(ulong number, bool multiple, List<Publication> answered)
    {
        if (number >= _next)
            return;

        for (var n = multiple ? _oldest : Math.Max(number, _oldest); n <= number; n++)
        {
            if (this[n] is { } publication)
                answered.Add(publication);
            this[n] = null;
        }

        while (_oldest < _next && this[_oldest] is null)
            _oldest++;
    }

    /// <summary>The first message with this id that was not returned yet.</summary>
    public Publication? Find(string? messageId, string routingKey)
    {
        for (var n = _oldest; n < _next; n++)
        {
            if (this[n] is { Returned: null } publication && publication.Properties.MessageId == messageId && publication.RoutingKey == routingKey)
                return publication;
        }

        return null;
    }

    /// <summary>All unanswered ones, in order.</summary>
    public IEnumerable<Publication> Unanswered()
    {
        for (var n = _oldest; n < _next; n++)
        {
            if (this[n] is { } publication)
                yield return publication;
        }
    }

    private Publication? this[ulong number]
    {
        get => _ring[number & (ulong)(_ring.Length - 1)];
        set => _ring[number & (ulong)(_ring.Length - 1)] = value;
    }
}
