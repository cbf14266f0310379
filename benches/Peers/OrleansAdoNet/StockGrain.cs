namespace Shop.Benches.Peers.OrleansAdoNet;

[GenerateSerializer]
internal sealed class StockState
{
    [Id(0)]
    public long Received { get; set; }

    [Id(1)]
    public long Available { get; set; }

    /// <summary>Pieces by order.</summary>
    [Id(2)]
    public Dictionary<string, int> Reservations { get; set; } = [];
}

internal sealed class StockGrain([PersistentState("stock")] IPersistentState<StockState> stock) : Grain, IStockGrain
{
    public Task Receive(long pieces)
    {
        stock.State.Received += pieces;
        stock.State.Available += pieces;
        return stock.WriteStateAsync();
    }

    public async Task<bool> Reserve(string orderId, int quantity)
    {
        if (stock.State.Reservations.ContainsKey(orderId))
            return true;
        if (stock.State.Available < quantity)
            return false;
        stock.State.Available -= quantity;
        stock.State.Reservations.Add(orderId, quantity);
        await stock.WriteStateAsync();
        return true;
    }

    public Task<StockCounts> Read() => Task.FromResult(new StockCounts(stock.State.Received, stock.State.Available));
}
