using Shop.Values;

namespace Shop.Products;

/// <param name="Version">1 when created, one more with every change.</param>
[GenerateSerializer, Immutable, Alias("shop.product-state.v1")]
internal sealed record ProductState(
    [property: Id(0)] string Name,
    [property: Id(1)] Money Price,
    [property: Id(2)] bool Active,
    [property: Id(3)] long Version)
{
    public ProductView View(ProductId id) => new(id, Name, Price, Active, Version);
}
