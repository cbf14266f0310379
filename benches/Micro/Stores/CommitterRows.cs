using Orleans.Persistence.GroupCommit.Storage;
using Shop.Benches.Micro.Closed;

namespace Shop.Benches.Micro.Stores;

/// <summary>Grain states committed as the facets commit them: serialized, with the version they build on and, if wanted, an event.</summary>
internal sealed class CommitterRows : IRows
{
    private const int Streams = 192;

    private readonly GroupCommitSilo _silo;
    private readonly RowId[] _rows;
    private readonly BenchState[] _states;
    private readonly bool _publish;

    public CommitterRows(GroupCommitSilo silo, int count, int bytes, bool publish)
    {
        _silo = silo;
        _publish = publish;
        _rows = [.. Enumerable.Range(0, count).Select(row => new RowId($"facet{bytes}{(publish ? "-event" : "")}", BenchRow.Key(row)))];
        _states = [.. Enumerable.Range(0, count).Select(row => BenchState.OfSize(bytes, row, silo.Serializer))];
    }

    public int Count => _rows.Length;

    public async Task Write(int row)
    {
        // How often a row was written is its version.
        var version = _states[row].Revision;
        var next = _states[row].Next();
        var write = new GrainWrite(_rows[row], version, _silo.Serializer.SerializeToArray(next), [], _publish ? [Event(row, next)] : [], []);
        if (!await _silo.Committer.Commit(write))
            throw new InvalidOperationException($"Another process writes the row {_rows[row]}.");
        _states[row] = next;
    }

    public Task Settle() => _silo.OutboxIsEmpty();

    private OutboxRow Event(int row, BenchState state) =>
        _silo.Event(StreamId.Create("bench", $"stream-{row % Streams}"), new BenchEvent(_rows[row].Key, state.Revision, state.Content[..80]));
}
