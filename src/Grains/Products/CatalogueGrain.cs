using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Values;

namespace Shop.Products;

/// <summary>
/// Lists what is stored, without activating a grain per product. One worker a silo: a listing reads rows, it shares no state,
/// and more workers would only take readers from the database.
/// </summary>
[GrainType("catalogue"), StatelessWorker(1), Reentrant]
internal sealed class CatalogueGrain(IDurableInspector inspector) : Grain, ICatalogueGrain
{
    private const string ProductKind = "product";
    private const int MaximumLimit = 200;

    public async Task<ProductPage> List(string? query, ProductId? after, int limit)
    {
        var wanted = Math.Clamp(limit, 1, MaximumLimit);
        var products = ImmutableArray.CreateBuilder<ProductView>();
        await using var snapshot = await inspector.OpenSnapshot();
        // Among the keys of products only: in the index all orders lie before them.
        await foreach (var row in snapshot.ReadRowsBetween<ProductState>(ProductKind, after?.Key ?? ProductId.KeyPrefix, ProductId.PastKeys))
        {
            var product = row.Value.View(ProductId.FromKey(row.Key));
            if (!CatalogueQuery.Matches(product, query))
                continue;
            if (products.Count == wanted)
                return new ProductPage(products.ToImmutable(), More: true);
            products.Add(product);
        }

        return new ProductPage(products.ToImmutable(), More: false);
    }
}
