using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Workloads;

namespace Chaos;

/// <summary>An embedded shop whose machine's clock is put forward and back, while it runs and between two runs: orders go on, and the books agree.</summary>
public sealed class When_the_clock_of_the_machine_steps
{
    private const int OrdersEach = 5;
    private const int WaitSeconds = 10;
    private static readonly TimeSpan EndsLimit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Should_go_on_with_orders()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("shop-clock-");
        var clock = new SteppedClock(Path.Combine(folder.FullName, "offset"));
        clock.Step("+0");
        await using var shop = new ShopProcess(new Dictionary<string, string>(clock.Environment)
        {
            ["Shop__Sagas__CancelWindow"] = "00:00:01",
        });
        using var api = new ShopApi(shop.Url);
        try
        {
            await shop.Start(api, cancel);
            var products = Enumerable.Range(0, 3).Select(n => ShopSetup.Plenty(string.Create(CultureInfo.InvariantCulture, $"plenty-{n}"), n)).ToList();
            await ShopSetup.Stock(api, products, cancel);
            var book = new OrderBook(products.ToDictionary(product => product.Id));
            var orders = new MixedOrders("clock", products, declinedPercent: 0);

            foreach (var offset in (string[])["+0", "-6m", "-10y", "+1d", "+10y", "+2", "-1h"])
            {
                clock.Step(offset);
                await Order(api, book, orders, offset, cancel);
            }

            // Behind all that it wrote: the next one goes on from there.
            await shop.Kill();
            clock.Step("-10y");
            await shop.Start(api, cancel);
            await Order(api, book, orders, "-10y after a restart", cancel);
            Assert.Contains("behind the newest time in the database", shop.Log, StringComparison.Ordinal);
            Assert.True(await api.IsReady(cancel));

            var audit = await new BookAudit(api, book, EndsLimit, untilFinal: true, cancelWaiting: true).Run(cancel);
            Assert.True(audit.Invariants.Ok, audit.Invariants.ToString());
            Assert.Empty(audit.Faults);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"{fault.Message}\nThe shop's last words:\n{shop.Log}", fault);
        }

        await shop.Kill();
        folder.Delete(recursive: true);
        Directory.Delete(shop.DataDirectory, recursive: true);
    }

    private static async Task Order(ShopApi api, OrderBook book, MixedOrders orders, string when, CancellationToken cancel)
    {
        var random = new Random(when.Length);
        for (var n = 0; n < OrdersEach; n++)
        {
            var request = orders.Next(random, book.Count, n);
            var answer = await api.Place(request, WaitSeconds, cancel);
            Assert.True(answer.Order is { IsSold: true }, $"clock {when}: {answer.Status} {answer.Code} {answer.Order?.Status}");
            book.Acknowledged(request, answer.Order!);
        }
    }
}
