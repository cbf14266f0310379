using Shop.Benches.Peers.Contract;

namespace Shop.Benches.Peers.OrleansAdoNet;

internal interface IProductGrain : IGrainWithStringKey
{
    Task Put(long price);

    Task<long> Price();
}

internal interface IStockGrain : IGrainWithStringKey
{
    Task Receive(long pieces);

    /// <returns>False: there are not enough. Asked again, it gives the same answer and takes nothing twice.</returns>
    Task<bool> Reserve(string orderId, int quantity);

    Task<StockCounts> Read();
}

internal interface IPaymentGrain : IGrainWithStringKey
{
    Task Authorize(long amount);

    Task Capture();
}

internal interface IOrderGrain : IGrainWithStringKey
{
    /// <returns>When it is durable; false: it was placed before. Its way to the end goes on by itself.</returns>
    Task<bool> Place(string customerId, string productId, int quantity);

    Task<OrderState?> Read();
}

[GenerateSerializer]
internal readonly record struct StockCounts([property: Id(0)] long Received, [property: Id(1)] long Available);

[GenerateSerializer]
internal sealed record OrderState
{
    [Id(0)]
    public string Status { get; set; } = "";

    [Id(1)]
    public string CustomerId { get; set; } = "";

    [Id(2)]
    public string ProductId { get; set; } = "";

    [Id(3)]
    public int Quantity { get; set; }

    [Id(4)]
    public long Total { get; set; }

    public OrderView ToView(Guid id) => OrderView.Of(id, Status, Total);
}
