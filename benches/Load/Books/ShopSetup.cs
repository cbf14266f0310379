using System.Globalization;
using Shop.Benches.Load.Api;

namespace Shop.Benches.Load.Books;

/// <summary>Puts products and their stock into the shop.</summary>
internal static class ShopSetup
{
    private const int Writers = 16;
    private const int Tries = 20;
    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMilliseconds(500);

    /// <summary>Names that no earlier run against the same shop has used.</summary>
    public static string RunId(int seed) =>
        string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds():x}-{seed}");

    public static StockedProduct Plenty(string id, int number) => new(id, Price: 100 + number % 50 * 10, Received: 1_000_000_000, Scarce: false);

    /// <summary>So many products, with plenty of each.</summary>
    /// <param name="prefix">Of their names.</param>
    public static async Task<IReadOnlyList<StockedProduct>> StockPlenty(ShopApi api, string prefix, int count, CancellationToken cancel)
    {
        List<StockedProduct> products =
            [.. Enumerable.Range(0, count).Select(n => Plenty(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{n}"), n))];
        Console.WriteLine($"putting {products.Count} products and their stock into the shop");
        await Stock(api, products, cancel);
        return products;
    }

    public static async Task Stock(ShopApi api, IEnumerable<StockedProduct> products, CancellationToken cancel)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancel };
        await Parallel.ForEachAsync(products, options, async (product, stop) =>
        {
            await Repeat(() => api.PutProduct(product.Id, product.Price, stop), stop);
            await Repeat(() => api.Receive(product.Id, product.Received, $"receipt:{product.Id}", stop), stop);
        });
    }

    /// <summary>Both may be sent again; a shop whose database has just been restarted asks for that.</summary>
    private static async Task Repeat(Func<Task> request, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await request();
                return;
            }
            catch (Exception fault) when (attempt < Tries && ShopApi.IsNoAnswer(fault, cancel))
            {
                await Task.Delay(PauseBetweenTries, cancel);
            }
        }
    }
}
