using Shop.Benches.Peers.Contract;

namespace Shop.Benches.Peers.OrleansAdoNet;

internal sealed class GrainShop(IGrainFactory grains) : IShop
{
    public Task PutProduct(string productId, long price) => grains.GetGrain<IProductGrain>(productId).Put(price);

    public Task Receive(string productId, long pieces) => grains.GetGrain<IStockGrain>(productId).Receive(pieces);

    public async Task<StockView> Stock(string productId)
    {
        var (received, available) = await grains.GetGrain<IStockGrain>(productId).Read();
        return new StockView(received, received - available, available, 0);
    }

    public Task<bool> Place(Guid orderId, string customerId, LineBody line) =>
        grains.GetGrain<IOrderGrain>(orderId.ToString()).Place(customerId, line.ProductId, line.Quantity);

    public async Task<OrderView?> Read(Guid orderId) => (await grains.GetGrain<IOrderGrain>(orderId.ToString()).Read())?.ToView(orderId);
}
