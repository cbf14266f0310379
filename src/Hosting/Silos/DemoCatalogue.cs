using Shop.Products;
using Shop.Stock;
using Shop.Values;

namespace Shop.Hosting.Silos;

/// <summary>Gives an empty shop a few products with stock, so that the first order can be placed a minute after the clone.</summary>
internal sealed partial class DemoCatalogue(IGrainFactory grains, ILogger<DemoCatalogue> log) : IHostedService
{
    private static readonly (string Id, string Name, long Price, long Stock)[] Products =
    [
        ("espresso-beans", "Espresso beans, 1 kg", 1999, 500),
        ("filter-papers", "Filter papers, 100 pieces", 449, 2_000),
        ("hand-grinder", "Hand grinder with steel burrs", 8900, 40),
        ("kettle", "Gooseneck kettle, 0.9 l", 6450, 25),
        ("stoneware-cup", "Stoneware cup, 180 ml", 1250, 300),
        ("first-edition-poster", "First-edition poster, one left", 4900, 1),
    ];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Seed(cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // The grains may be on a silo that has just died. A silo is worth more than its demo.
            LogNotSeeded(fault);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Seed(CancellationToken cancellationToken)
    {
        // The last one tells whether an earlier start got through; any other product, that this is somebody's shop.
        var page = await grains.GetGrain<ICatalogueGrain>(ICatalogueGrain.Key).List(null, null, Products.Length);
        var known = page.Products.Select(p => p.ProductId.Value).ToHashSet();
        if (known.Contains(Products[^1].Id) || !known.IsSubsetOf(Products.Select(p => p.Id)))
            return;

        foreach (var (id, name, price, stock) in Products)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var product = new ProductId(id);
            // Stock first: the product is what marks the shop as seeded, and a crash in between is made good at the next start.
            await grains.GetGrain<IStockGrain>(product.Key).Adjust(
                new AdjustStock(new IdempotencyKey("demo-catalogue"), stock, "receipt", new TraceContext("demo-catalogue")));
            await grains.GetGrain<IProductGrain>(product.Key).Put(new PutProduct(name, new Money(price, "EUR"), Active: true, ExpectedVersion: 0));
        }

        LogSeeded(Products.Length);
    }

    [LoggerMessage(1, LogLevel.Information, "The shop was empty: {Count} demo products are now for sale.")]
    private partial void LogSeeded(int count);

    [LoggerMessage(2, LogLevel.Warning, "The demo products could not be added, or not all of them; the next start tries again.")]
    private partial void LogNotSeeded(Exception fault);
}
