using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Logs;

/// <summary>What was appended, process by process, and how much of it is delivered.</summary>
internal sealed partial class DurableLogReader
{
    // Payloads are asked for by the name of a log, which is never empty.
    private const string NoPayload = "";

    public async Task<DurableLogPage> ReadPlaces(DurableLogPosition after, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        ThrowIfNoPage(limit);
        var heads = await dialect.Logs.ReadHeads(after.Owners, cancellationToken).ConfigureAwait(false);
        // Whoever is not named and is older than all who are counts as ended: so the newest of them is never left out.
        var (places, end, hasMore) = (new List<DurableLogPlace>(), after.Newest.ToDictionary(), false);
        foreach (var head in heads.OrderBy(head => head.Owner))
        {
            if (after.PlaceOf(head.Owner) is not { } place)
            {
                // It was taken for ended, and lives: what it wrote meanwhile may be long known, and what it writes now is not.
                if (head.MayMove)
                    end[head.Owner] = head.Id;
                continue;
            }

            var records = place >= head.Id || places.Count == limit ? []
                : await dialect.Logs.ReadRecords(NoPayload, head.Owner, place, limit - places.Count, cancellationToken)
                    .ConfigureAwait(false);
            places.AddRange(records.Select(record => PlaceOf(head.Owner, record)));
            var reached = records.Count > 0 ? records[^1].Id : places.Count < limit ? Math.Max(place, head.Id) : place;
            hasMore |= reached < head.Id;
            if (head.MayMove || reached < head.Id || end.ContainsKey(head.Owner) || !after.Owners.Contains(head.Owner))
                end[head.Owner] = reached;
        }

        return new DurableLogPage(places, new DurableLogPosition(end), hasMore);
    }

    public async Task<IReadOnlyList<DurableLogPlace>> FindDelivered(
        IReadOnlyCollection<DurableLogPlace> places, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(places);
        var published = places.Where(place => place.Provider is not null).ToList();
        if (published.Count == 0)
            return [];

        var owners = published.Select(place => place.Owner).Distinct().ToArray();
        var delivered = await dialect.Logs.ReadDelivered(owners, cancellationToken).ConfigureAwait(false);
        return published.FindAll(place => delivered.TryGetValue(place.Owner, out var last) && place.Id <= last);
    }

    private static DurableLogPlace PlaceOf(long owner, in LogRecord record) => new()
    {
        Log = record.Log,
        Entity = record.Row.Entity,
        Sequence = record.Row.Sequence,
        Provider = record.Provider,
        Owner = owner,
        Id = record.Id,
    };
}
