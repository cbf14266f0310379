using System.Globalization;
using Shop.Products;
using Shop.Simulation.Machine;
using Shop.Stock;
using Shop.Values;

namespace Shop.Simulation.Outside;

/// <summary>Has the goods: enough for most of the orders, and counts them again and again.</summary>
internal sealed class Merchant(World world) : Person(world, "merchant")
{
    public const int Products = 3;

    /// <summary>What is there at the beginning.</summary>
    private async Task OpenShop()
    {
        for (var n = 1; n <= Products; n++)
        {
            var product = Names.Product(n);
            await Insist(() => World.Cluster.Grains.GetGrain<IProductGrain>(product.Key).Put(new PutProduct("A thing", new Money(100 + n, "EUR"), true, null)));
            await Adjust(product, (World.IsFair ? 1000 : 10) + Chances.Next(150), $"first-{product}");
        }
    }

    protected override async Task Live()
    {
        await OpenShop();
        IsOpen = true;
        for (var n = Chances.Next(6); n > 0; n--)
        {
            await World.Pause(Chances.Within(Customer.Arrivals));
            var request = string.Create(CultureInfo.InvariantCulture, $"count-{n}");
            var delta = Chances.Next(30) - 10;
            await Adjust(Names.Product(1 + Chances.Next(Products)), delta == 0 ? 1 : delta, request);
        }
    }

    public bool IsOpen { get; private set; }

    private async Task Adjust(ProductId product, int delta, string request)
    {
        var adjust = new AdjustStock(new IdempotencyKey(request), delta, $"{product}-{request}", Trace);
        var answer = await Insist(() => World.Cluster.Grains.GetGrain<IStockGrain>(product.Key).Adjust(adjust));
        World.Laws.Promises.Adjusted(product.Key, request, answer);
    }
}
