namespace Shop.Benches.Peers.OrleansAdoNet;

[GenerateSerializer]
internal sealed class ProductState
{
    [Id(0)]
    public long Price { get; set; }
}

internal sealed class ProductGrain([PersistentState("product")] IPersistentState<ProductState> product) : Grain, IProductGrain
{
    public Task Put(long price)
    {
        product.State.Price = price;
        return product.WriteStateAsync();
    }

    public Task<long> Price() => Task.FromResult(product.State.Price);
}
