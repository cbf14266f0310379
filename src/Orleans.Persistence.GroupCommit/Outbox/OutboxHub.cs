using System.Collections.Immutable;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>Passes committed rows on to the flows of this silo. Rows that come before a flow is there are found by it in the table.</summary>
internal sealed class OutboxHub
{
    private ImmutableArray<OutboxFlow> _flows = [];

    public OutboxHub(ICommitter committer) => committer.OutboxCommitted = HandOver;

    public void Add(OutboxFlow flow) => ImmutableInterlocked.Update(ref _flows, (flows, added) => flows.Add(added), flow);

    private void HandOver(IReadOnlyList<OutboxRow> rows)
    {
        foreach (var flow in _flows)
            flow.HandOver(rows);
    }
}
