using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Shopping;
using Shop.Benches.Load.Workloads;
using Testing.Servers;

namespace Chaos;

/// <summary>
/// The promise of the embedded shop, on either database: a 201 outlives kill -9. The process is killed at random moments while clients order, cancel and
/// repeat what got no answer; in the end every acknowledged order has ended as it must, and the client's books are the shop's.
/// SHOP_CHAOS_SEED and SHOP_CHAOS_KILLS set another course.
/// </summary>
public sealed class When_the_process_is_killed_under_load
{
    private const int Clients = 12;
    private const int MostOrdersBetweenKills = 300;
    private const int CancelPercent = 5;
    private static readonly TimeSpan OrdersLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndsLimit = TimeSpan.FromSeconds(60);

    private readonly int seed = Setting("SHOP_CHAOS_SEED", Environment.TickCount & 0xFFFFFF);
    private readonly int kills = Setting("SHOP_CHAOS_KILLS", 10);

    [Fact]
    public Task Should_bring_every_acknowledged_order_to_its_end() => KillAndAudit([]);

    [Fact]
    public async Task Should_do_so_on_PostgreSQL()
    {
        using var database = new PostgresDatabase();
        await KillAndAudit(new() { ["ConnectionStrings__Postgres"] = database.ConnectionString });
        // It was really there.
        Assert.NotEqual("0", database.Ask("SELECT count(*) FROM orleansstorage"));
    }

    private async Task KillAndAudit(Dictionary<string, string> settings)
    {
        var cancel = TestContext.Current.CancellationToken;
        // Short deadlines, so that orders also complete, and re-drives happen, while the killing goes on.
        settings["Shop__Sagas__EnsureStartedAfter"] = "00:00:01";
        settings["Shop__Sagas__CancelWindow"] = "00:00:01";
        await using var shop = new ShopProcess(settings);
        using var api = new ShopApi(shop.Url, timeout: TimeSpan.FromSeconds(10));
        try
        {
            await shop.Start(api, cancel);
            var book = await StockUp(api, cancel);
            await KillUnderLoad(shop, api, book, cancel);

            var audit = await new BookAudit(api, book, EndsLimit, untilFinal: true, cancelWaiting: true).Run(cancel);
            var replays = await Replays.Faults(api, book, cancel);
            Assert.True(audit.Invariants.Ok, audit.Invariants.ToString());
            NoFaults([.. audit.Faults, .. replays]);
            // Without orders of each kind the run would have proved little.
            Assert.All(["completed", "rejected", "cancelled"], status => Assert.Contains(status, audit.Statuses.Keys));
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException(
                $"SHOP_CHAOS_SEED={seed} SHOP_CHAOS_KILLS={kills}, data kept in {shop.DataDirectory}: {fault.Message}\nThe shop's last words:\n{shop.Log}", fault);
        }
        await shop.Kill();
        Directory.Delete(shop.DataDirectory, recursive: true);
    }

    private async Task<OrderBook> StockUp(ShopApi api, CancellationToken cancel)
    {
        List<StockedProduct> products =
        [
            .. Enumerable.Range(0, 20).Select(n => ShopSetup.Plenty(string.Create(CultureInfo.InvariantCulture, $"plenty-{n}"), n)),
            new StockedProduct("scarce", Price: 1990, Received: 40, Scarce: true),
        ];
        await ShopSetup.Stock(api, products, cancel);
        return new OrderBook(products.ToDictionary(p => p.Id));
    }

    private async Task KillUnderLoad(ShopProcess shop, ShopApi api, OrderBook book, CancellationToken cancel)
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var open = true;
        var orders = new MixedOrders($"chaos-{seed}", [.. book.Products.Values], declinedPercent: 10, captureFailsPercent: 5);
        var shoppers = Enumerable.Range(0, Clients)
            .Select(n => new Shopper(n, seed, api, book, orders, CancelPercent).Shop(() => Volatile.Read(ref open), abandon.Token)).ToList();
        var random = new Random(seed);
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                // Sometimes at once: while what the last kill interrupted is still being picked up.
                var moment = random.Next(5) == 0 ? 0 : random.Next(1, MostOrdersBetweenKills);
                await MoreOrders(book, moment, shoppers, cancel);
                await shop.Kill();
                await shop.Start(api, cancel);
            }
            await MoreOrders(book, MostOrdersBetweenKills, shoppers, cancel);
            Volatile.Write(ref open, false);
            await Task.WhenAll(shoppers);
        }
        finally
        {
            await abandon.CancelAsync();
        }
    }

    private static async Task MoreOrders(OrderBook book, int more, List<Task> shoppers, CancellationToken cancel)
    {
        var (enough, started) = (book.Count + more, Stopwatch.GetTimestamp());
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (book.Count < enough)
        {
            if (shoppers.Find(s => s.IsFaulted) is { } broken)
                await broken;
            Assert.True(Stopwatch.GetElapsedTime(started) < OrdersLimit, $"only {book.Count} of {enough} orders were acknowledged");
            await pause.WaitForNextTickAsync(cancel);
        }
    }

    private static void NoFaults(IReadOnlyList<string> faults) =>
        Assert.True(faults.Count == 0, $"{faults.Count} faults:\n  {string.Join("\n  ", faults.Take(50))}");

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
