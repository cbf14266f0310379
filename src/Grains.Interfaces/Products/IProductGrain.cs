using Shop.Values;

namespace Shop.Products;

/// <summary>What is known about one product; key <c>p:&lt;productId&gt;</c>.</summary>
[Alias("shop.product"), GrainInterfaceType("shop.product")]
public interface IProductGrain : IGrainWithStringKey
{
    /// <summary>Creates or replaces it, when the expected version holds.</summary>
    [Alias("Put")]
    Task<PutProductResult> Put(PutProduct command);

    /// <summary>The product, or null when there is none.</summary>
    [Alias("Read")]
    Task<ProductView?> Read();
}

/// <summary>All products; key <see cref="Key"/>.</summary>
[Alias("shop.catalogue"), GrainInterfaceType("shop.catalogue")]
public interface ICatalogueGrain : IGrainWithStringKey
{
    const string Key = "catalogue";

    /// <summary>Products in the order of their ids.</summary>
    /// <param name="query">Matches id or name, ignoring case; null for all.</param>
    /// <param name="after">Only ids greater than this one.</param>
    /// <param name="limit">1 to 200.</param>
    [Alias("List")]
    Task<ProductPage> List(string? query, ProductId? after, int limit);
}
