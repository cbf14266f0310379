using Shop.Values;

namespace Shop.Stock;

/// <summary>Pieces of one product.</summary>
/// <param name="OnHand">In the warehouse.</param>
/// <param name="Held">Of those, promised to orders.</param>
/// <param name="Shipped">Have left since the beginning.</param>
/// <param name="Version">The sequence of the last stock fact: the ETag. 0 when never stocked.</param>
[GenerateSerializer, Immutable, Alias("shop.stock-view.v1")]
public sealed record StockView(
    [property: Id(0)] ProductId ProductId,
    [property: Id(1)] long OnHand,
    [property: Id(2)] long Held,
    [property: Id(3)] long Shipped,
    [property: Id(4)] long Version)
{
    public long Available => OnHand - Held;
}
