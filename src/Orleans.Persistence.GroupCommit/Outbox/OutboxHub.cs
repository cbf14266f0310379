using System.Collections.Immutable;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>Passes committed rows on to the relays of this silo. Rows that come before a relay is there are found by it in the table.</summary>
internal sealed class OutboxHub
{
    private ImmutableArray<OutboxRelay> _relays = [];

    public OutboxHub(ICommitter committer) => committer.OutboxCommitted = HandOver;

    public void Add(OutboxRelay relay) => ImmutableInterlocked.Update(ref _relays, (relays, added) => relays.Add(added), relay);

    private void HandOver(IReadOnlyList<OutboxRow> rows)
    {
        foreach (var relay in _relays)
            relay.HandOver(rows);
    }
}
