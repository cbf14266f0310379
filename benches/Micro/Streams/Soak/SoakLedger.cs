namespace Shop.Benches.Micro.Streams.Soak;

/// <summary>What became of each event, by its number. All memory is taken at the beginning. Thread-safe.</summary>
internal sealed class SoakLedger
{
    private readonly byte[] _confirmed;
    private readonly byte[] _delivered;
    private readonly List<long> _poison = [];
    private int _published;
    private int _arrived;
    private int _duplicates;
    private int _unsure;

    public SoakLedger(int events)
    {
        (_confirmed, _delivered) = (new byte[events], new byte[events]);
        // So that no page of it is counted later as something that has grown.
        Array.Fill(_confirmed, (byte)0);
        Array.Fill(_delivered, (byte)0);
    }

    public int Capacity => _confirmed.Length;

    /// <summary>Of memory, in bytes.</summary>
    public long Size => 2L * Capacity;

    public int Published => Volatile.Read(ref _published);

    /// <summary>Different events that their grains have had.</summary>
    public int Arrived => Volatile.Read(ref _arrived);

    /// <summary>Deliveries beyond the first of an event.</summary>
    public int Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>Publishes that failed: the broker may have the event or not.</summary>
    public int Unsure => Volatile.Read(ref _unsure);

    public int Poison => _poison.Count;

    public void Confirm(long number)
    {
        Volatile.Write(ref _confirmed[number], 1);
        Interlocked.Increment(ref _published);
    }

    public void Fail() => Interlocked.Increment(ref _unsure);

    public void Deliver(long number)
    {
        if (Interlocked.Exchange(ref _delivered[number], 1) == 0)
            Interlocked.Increment(ref _arrived);
        else
            Interlocked.Increment(ref _duplicates);
    }

    /// <summary>By the publisher alone.</summary>
    public void AddPoison(long number) => _poison.Add(number);

    /// <summary>Whether published = delivered ∪ dead letters, one by one. Call when nothing is under way any more.</summary>
    public IEnumerable<string> Faults(IReadOnlyCollection<long> deadLetters)
    {
        var dead = deadLetters.ToHashSet();
        var poison = _poison.ToHashSet();
        var lost = Enumerable.Range(0, Capacity).Where(n => _confirmed[n] == 1 && _delivered[n] == 0 && !dead.Contains(n)).ToList();
        if (lost.Count > 0)
            yield return $"{lost.Count} confirmed events are neither delivered nor dead letters: {string.Join(", ", lost.Take(10))} …";
        if (dead.Except(poison).ToList() is { Count: > 0 } healthy)
            yield return $"{healthy.Count} healthy events are dead letters: {string.Join(", ", healthy.Take(10))} …";
        if (_poison.Where(n => _confirmed[n] == 1 && !dead.Contains(n)).ToList() is { Count: > 0 } kept)
            yield return $"{kept.Count} events that always fail are no dead letters: {string.Join(", ", kept.Take(10))} …";
        if (_poison.Count == 0 || Published == 0)
            yield return "Nothing was published, or nothing that fails.";
    }
}
