using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Orleans.Streams;
using Orleans.TestingHost;
using Shop.Events;
using Shop.Hosting;
using Shop.Operations;
using Shop.Orders;
using Shop.Products;
using Shop.Sagas;
using Shop.Stock;
using Shop.Values;

namespace Shop.Cluster.Specs;

/// <summary>A silo with the shop's grains on a database of its own. It can be killed and started again on the same database.</summary>
internal sealed class ShopCluster(StoredRows rows) : IAsyncDisposable
{
    private readonly Dictionary<string, string?> settings = new()
    {
        ["Sagas:EnsureStartedAfter"] = "00:00:30",
        ["Sagas:LookupDelays:0"] = "00:00:00.2",
        ["SimulatedGateway:SlowAnswer"] = "00:00:00.3",
        ["Payments:GatewayTimeout"] = "00:00:00.5",
    };

    private InProcessTestCluster cluster = null!;
    private int keys;

    public JumpingClock Clock { get; } = new();

    /// <summary>What comes between a call and its grain; survives restarts.</summary>
    public FaultFilter Faults { get; } = new();

    /// <summary>Every event that was delivered; survives restarts.</summary>
    public EventRecord Events { get; } = new();

    /// <summary>What comes between the audit and its log; survives restarts.</summary>
    public LogFaults LogFaults { get; } = new();

    /// <summary>What is stored, seen from outside.</summary>
    public StoredRows Rows => rows;

    public IGrainFactory Grains => cluster.Client;

    public IServiceProvider Services => cluster.GetSiloServiceProvider();

    public static Task<ShopCluster> Start(params (string Key, string Value)[] overrides) => Start(new StoredRows.InSqlite(), overrides);

    public static async Task<ShopCluster> Start(StoredRows rows, params (string Key, string Value)[] overrides)
    {
        var shop = new ShopCluster(rows);
        foreach (var (key, value) in overrides)
            shop.settings[key] = value;
        await shop.Boot();
        return shop;
    }

    /// <summary>Ends the silo without letting it finish anything, and starts another one on what it left.</summary>
    public async Task KillAndRestart(TimeSpan outage = default)
    {
        await cluster.KillSiloAsync(cluster.Silos[0]);
        await cluster.DisposeAsync();
        Clock.Jump(outage);
        Faults.Clear();
        await Boot();
    }

    public async Task<ProductId> Product(long stock, long price = 1999, string? id = null)
    {
        var product = new ProductId(id ?? string.Create(CultureInfo.InvariantCulture, $"product-{Interlocked.Increment(ref keys)}"));
        await Grains.GetGrain<IProductGrain>(product.Key).Put(new PutProduct("A product", new Money(price, "EUR"), Active: true, ExpectedVersion: null));
        if (stock > 0)
        {
            await Grains.GetGrain<IStockGrain>(product.Key).Adjust(
                new AdjustStock(NextKey(), stock, "receipt", new TraceContext("spec")));
        }

        return product;
    }

    /// <summary>Places an order of one piece of each product; a second call with the same id repeats the request.</summary>
    public async Task<OrderId> Place(string method, OrderId? id = null, params ProductId[] products)
    {
        var order = id ?? new OrderId(Guid.NewGuid());
        var result = await Grains.GetGrain<IOrderGrain>(order.Key).Place(new PlaceOrder(
            new CustomerId("c-1"), "EUR", [.. products.Select(p => new RequestedLine(p, new Quantity(1)))], method, "hash", new TraceContext("spec")));
        Assert.True(result is PlaceOrderResult.Placed or PlaceOrderResult.Replayed, $"{result}");
        return order;
    }

    public Task<OrderId> Place(string method, params ProductId[] products) => Place(method, null, products);

    public IOrderSagaGrain Saga(OrderId order) => Grains.GetGrain<IOrderSagaGrain>(order.Key);

    public async Task<StockView> Stock(ProductId product) => await Grains.GetGrain<IStockGrain>(product.Key).Read();

    public async Task<OrderView> Until(OrderId order, params OrderStatus[] statuses) =>
        (await Eventually.Get(() => Saga(order).Read(), view => view is not null && statuses.Contains(view.Status)))!;

    /// <summary>Lets a deadline pass, then waits.</summary>
    public Task<OrderView> After(TimeSpan jump, OrderId order, params OrderStatus[] statuses)
    {
        Clock.Jump(jump);
        return Until(order, statuses);
    }

    /// <summary>The facts of an entity, once this one is among them and none before it is missing.</summary>
    public async Task<IReadOnlyList<IFact>> Facts<TLast>(string entity) where TLast : IFact =>
        [.. (await Eventually.Get(() => Task.FromResult(Events.Of(entity)), facts => facts?.Any(e => e.Fact is TLast) == true))!.Select(e => e.Fact)];

    public Task<InvariantReport> Check() => Grains.GetGrain<IInvariantsGrain>(IInvariantsGrain.Key).Check();

    public Task<InvariantReport> CheckAtRest() => Grains.GetGrain<IInvariantsGrain>(IInvariantsGrain.Key).CheckAtRest();

    /// <summary>All books agree, as soon as the events have reached the audit.</summary>
    public async Task AssertBooks()
    {
        var offenders = "";
        await Eventually.Get(
            async () => offenders = string.Join('\n', (await CheckAtRest()).Checks.SelectMany(c => c.Offenders)), wrong => wrong.Length == 0);
        Assert.Empty(offenders);
    }

    public IdempotencyKey NextKey() => new(string.Create(CultureInfo.InvariantCulture, $"key-{Interlocked.Increment(ref keys)}"));

    /// <summary>As a release does that writes its events to the outbox, and has them logged by their consumer.</summary>
    public Task PublishUnlogged(ShopEvent happened) => Services.GetRequiredKeyedService<IStreamProvider>(ShopStreams.Provider)
        .GetStream<object>(StreamId.Create(ShopStreams.Stock, ShopStreams.PartitionOf(happened.Entity))).OnNextAsync(happened);

    public async Task<OutboxDepth> OutboxDepth()
    {
        await using var snapshot = await Services.GetRequiredService<IDurableInspector>().OpenSnapshot();
        return await snapshot.ReadOutboxDepth();
    }

    public async ValueTask DisposeAsync()
    {
        Faults.Clear();
        await cluster.StopAllSilosAsync();
        await cluster.DisposeAsync();
        rows.Dispose();
    }

    private async Task Boot()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.ServiceId = "shop-spec";
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<TimeProvider>(Clock);
            // Orleans writes down by the machine's clock since when a silo has been joining. Compared with one that has jumped, that is too long ago, and the silo declares itself dead.
            silo.Services.AddKeyedSingleton(TimeProviderNames.Membership, TimeProvider.System);
            silo.Services.AddSingleton<IIncomingGrainCallFilter>(Faults);
            silo.Services.AddSingleton(Events);
            silo.AddGroupCommit(rows.Use)
                .AddOutboxStreams(ShopStreams.Provider)
                .AddShopGrains(configuration);
            var log = silo.Services.Single(service => service.ServiceType == typeof(IDurableLog)).ImplementationType!;
            silo.Services.AddSingleton<IDurableLog>(services => new FaultyLog((IDurableLog)ActivatorUtilities.CreateInstance(services, log), LogFaults));
        });
        cluster = builder.Build();
        await cluster.DeployAsync();
    }
}
