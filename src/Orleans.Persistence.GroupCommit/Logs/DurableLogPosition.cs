using System.Globalization;

namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// A place in the logs of a service: how far each of the processes that write had come. Can be sent around as text (<see cref="ToString"/>,
/// <see cref="Parse"/>): as an event id of a stream for browsers, say.
/// </summary>
public sealed class DurableLogPosition
{
    private const char BetweenOwners = '_';
    private const char BeforeId = '-';
    private const int LongestText = 20_000;

    // Each is looked up while somebody waits, whoever has sent the text.
    private const int MostOwners = 1_000;

    private readonly SortedDictionary<long, long> _ids;

    internal DurableLogPosition(IEnumerable<KeyValuePair<long, long>> ids) => _ids = new(ids.ToDictionary());

    internal IReadOnlyCollection<long> Owners => _ids.Keys;

    /// <summary>The place in what the newest process has written; none at the start.</summary>
    internal IEnumerable<KeyValuePair<long, long>> Newest => _ids.TakeLast(1);

    /// <summary>Before all that was ever appended.</summary>
    public static DurableLogPosition Start { get; } = new([]);

    /// <summary>Reads what <see cref="ToString"/> has written.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static DurableLogPosition Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new Dictionary<long, long>();
        if (text.Length > LongestText)
            throw Wrong();

        foreach (var part in text.Split(BetweenOwners, StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split(BeforeId) is not [var owner, var id] || !TryRead(owner, out var number) || !TryRead(id, out var newest)
                || !ids.TryAdd(number, newest) || ids.Count > MostOwners)
                throw Wrong();
        }

        return new DurableLogPosition(ids);

        static FormatException Wrong() => new("This is no position in a log: positions are what DurableLogPosition.ToString gives.");
    }

    /// <summary>As text of digits, <c>-</c> and <c>_</c>; some twenty characters for each process that writes.</summary>
    public override string ToString() => string.Join(
        BetweenOwners, _ids.Select(place => string.Create(CultureInfo.InvariantCulture, $"{place.Key}{BeforeId}{place.Value}")));

    /// <summary>Where to go on with what a process has written; null: it had ended before the position was taken.</summary>
    internal long? PlaceOf(long owner) => _ids.TryGetValue(owner, out var id) ? id : owner > NewestOwner ? 0 : null;

    /// <summary>
    /// Whether one of these is beyond it. Processes that it does not name had ended before it was taken, or began afterwards: numbers grow.
    /// </summary>
    internal bool IsBefore(IReadOnlyDictionary<long, long> heads) =>
        heads.Any(head => _ids.TryGetValue(head.Key, out var id) ? head.Value > id : head.Key > NewestOwner && !IsEmpty(head));

    private long NewestOwner => _ids.Count == 0 ? -1 : _ids.Keys.Last();

    // A process without an entry has the id before its first one as its newest.
    private static bool IsEmpty(KeyValuePair<long, long> head) =>
        head.Value == 0 || head.Value == Storage.Postgres.PostgresDialect.IdsOf(head.Key).After;

    private static bool TryRead(string digits, out long number) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
