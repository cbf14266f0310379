using System.Diagnostics;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Workloads;

/// <summary>
/// W5 of the benches: open loop. Orders come at random moments at a steady rate, answered or not: a slow answer delays no later order.
/// Every other order waits for its outcome; the rest want their acknowledgement alone. A latency counts from the moment when the order was
/// due, whenever the driver got round to sending it.
/// </summary>
internal static class W5
{
    public static async Task<W5Result> Run(ShopApi api, W5Settings settings, CancellationToken cancel)
    {
        var run = ShopSetup.RunId(settings.Seed);
        var products = await ShopSetup.StockPlenty(api, $"w5-{run}", settings.Products, cancel);

        Console.WriteLine($"{settings.Rate} orders/s: {settings.WarmupSeconds} s to warm up, {settings.Seconds} s measured");
        var clock = new CpuClock(new Dictionary<string, int>(settings.Processes) { [W1Result.Driver] = Environment.ProcessId });
        var before = clock.Read();
        using var crowd = new Crowd(api.Url, products, run);
        await Arrive(crowd, settings, cancel);
        var cpu = CpuUse.Between(before, clock.Read());

        Console.WriteLine("measured; waiting for the shop to come to rest");
        var audit = await BookAudit.OfWhatWasSold(api, products, crowd.Sold, crowd.Violations, cancel);
        return W5Result.From(settings, crowd.Answers, cpu, crowd.Errors, audit);
    }

    /// <summary>Until all are answered.</summary>
    private static async Task Arrive(Crowd crowd, W5Settings settings, CancellationToken cancel)
    {
        var random = new Random(settings.Seed);
        var begun = Stopwatch.GetTimestamp();
        List<Task> orders = [];
        var due = TimeSpan.Zero;
        for (var n = 0; due < TimeSpan.FromSeconds(settings.WarmupSeconds + settings.Seconds); n++)
        {
            // As independent customers come: the pauses between them are exponential.
            due += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / settings.Rate);
            while (due - Stopwatch.GetElapsedTime(begun) is var pause && pause > TimeSpan.Zero)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)), cancel);
            var dueAt = begun + (long)(due.TotalSeconds * Stopwatch.Frequency);
            var isMeasured = due > TimeSpan.FromSeconds(settings.WarmupSeconds);
            orders.Add(crowd.Order(n, random.Next(settings.Products), dueAt, isMeasured, cancel));
        }

        await Task.WhenAll(orders);
    }
}
