using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shop.Benches.Load.Machine;
using Shop.Hosting.Settings;
using Shop.Hosting.Silos;
using Shop.Stock;
using Shop.Values;

namespace Shop.Benches.Micro.HotProduct;

/// <summary>A silo as the shop runs it, in this process: with its storage, its streams and all that listens to them.</summary>
internal sealed class HotShop(WebApplication host) : IAsyncDisposable
{
    private static readonly DateTimeOffset Late = DateTimeOffset.UtcNow.AddDays(1);
    private static readonly TraceContext Trace = new("bench");

    private readonly IGrainFactory grains = host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<HotShop> Start(HotSettings settings)
    {
        var ports = FreePorts.Take(2);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Shop:Mode"] = "Embedded",
            ["Shop:DataDirectory"] = settings.DataDirectory,
            ["Shop:SeedDemo"] = "false",
            ["ConnectionStrings:Postgres"] = settings.Postgres,
            ["ConnectionStrings:RabbitMq"] = settings.RabbitMq,
            ["Orleans:SiloPort"] = $"{ports[0]}",
            ["Orleans:GatewayPort"] = $"{ports[1]}",
        });
        // Standard output is the report's.
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        ShopSilo.AddTo(builder, ShopSettings.Read(builder.Configuration));
        var host = builder.Build();
        await host.StartAsync();
        return new HotShop(host);
    }

    public IStockGrain StockOf(ProductId product) => grains.GetGrain<IStockGrain>(product.Key);

    public Task Receive(ProductId product, long pieces) =>
        StockOf(product).Adjust(new AdjustStock(new IdempotencyKey("receipt"), pieces, "receipt", Trace));

    /// <summary>One piece for an order that nobody else has.</summary>
    public static Task<ReserveStockResult> Buy(IStockGrain stock) =>
        stock.Reserve(new ReserveStock(new ReservationId(new OrderId(Guid.CreateVersion7()), Line: 1, Attempt: 1), new Quantity(1), Late, Trace));

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await host.DisposeAsync();
    }
}
