using Orleans.Persistence.GroupCommit.Storage;
using Shop.Benches.Micro.Stores;

namespace Shop.Benches.Micro.Budget;

/// <summary>A product's row and its map of open holds, used by one order at a time: a grain coalesces, and that is not what the budget is about.</summary>
internal sealed class StockShelf(GroupCommitSilo silo, int number)
{
    private const int StockBytes = 150, HoldBytes = 90;

    private readonly RowId _row = new("budget.stock", $"product-{number}");
    private readonly string _text = BenchState.Text(4_000, number);
    private long _version;

    public int Number => number;

    /// <summary>Content for a state of about that size, not the same each time.</summary>
    public string Text(int bytes, int step) => _text.Substring(step * 37 % 1_000, bytes);

    public Task Hold(string order, OutboxRow tells) =>
        Commit(new EntryWrite("holds", order, silo.Serializer.SerializeToArray(new BenchState(1, Text(HoldBytes, 1)))), tells);

    public Task Release(string order, OutboxRow tells) => Commit(new EntryWrite("holds", order, null), tells);

    private async Task Commit(EntryWrite entry, OutboxRow tells)
    {
        var state = new BenchState(_version + 1, Text(StockBytes, (int)(_version % 100)));
        var write = new GrainWrite(_row, _version, silo.Serializer.SerializeToArray(state), [entry], [tells], []);
        if (!await silo.Committer.Commit(write))
            throw new InvalidOperationException($"The row {_row} has no version {_version}.");
        _version++;
    }
}
