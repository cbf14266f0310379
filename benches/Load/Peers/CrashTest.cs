using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Shop.Benches.Load.Peers;

/// <param name="Kill">A command that ends all processes of the application at once.</param>
/// <param name="Start">One that starts them again and waits until they are ready.</param>
internal sealed record CrashSettings(string Contender, int Buyers, TimeSpan Before, TimeSpan After, TimeSpan Limit, int Seed, string Kill, string Start);

/// <param name="Acknowledged">Orders whose POST was answered with 201, before or after the crash.</param>
/// <param name="Lost">Acknowledged orders that had come to no end when the limit was over.</param>
/// <param name="Violations">Of the books, other than orders without an end.</param>
internal sealed record CrashResult(string Contender, int Acknowledged, int Lost, int Violations, IReadOnlyList<string> Faults)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Contender}: {Acknowledged} orders acknowledged around a kill -9, {Lost} lost, {Violations} other violations");
}

/// <summary>
/// Places orders, kills the application with SIGKILL, starts it again, and counts the acknowledged orders that never reach an end. Buyers do not wait for
/// outcomes, so that many orders are on their way; one whose POST was not answered is sent again under its key.
/// </summary>
internal static class CrashTest
{
    private const int Products = 200;

    public static async Task<CrashResult> Run(ShopApi api, CrashSettings settings, CancellationToken cancel)
    {
        var run = ShopSetup.RunId(settings.Seed);
        var products = await ShopSetup.StockPlenty(api, $"crash-{run}", Products, cancel);
        var book = new OrderBook(products.ToDictionary(product => product.Id));
        var open = true;
        var buying = Enumerable.Range(0, settings.Buyers)
            .Select(n => new CrashBuyer(n, run, products, api, book, settings.Seed).Run(() => Volatile.Read(ref open), cancel)).ToList();
        await Task.Delay(settings.Before, cancel);
        var before = book.Count;
        await Shell(settings.Kill, cancel);
        Console.WriteLine($"killed with {before} orders acknowledged; starting again");
        await Shell(settings.Start, cancel);
        await Task.Delay(settings.After, cancel);
        Volatile.Write(ref open, false);
        await Task.WhenAll(buying);
        return await Reckon(api, book, settings, cancel);
    }

    private static async Task<CrashResult> Reckon(ShopApi api, OrderBook book, CrashSettings settings, CancellationToken cancel)
    {
        // Without reading an order, which might wake it: it has to come to its end by itself.
        var (invariants, _) = await BookAudit.WaitForInvariants(api, settings.Limit, cancel);
        var lost = new List<string>();
        foreach (var placed in book.Orders)
        {
            var order = await api.Read(placed.Id, cancel);
            if (order is null || !(order.IsSold || order.IsFinal))
                lost.Add($"order {placed.Id} was acknowledged and is {order?.Status ?? "unknown"}");
        }

        // What an order without an end holds and owes is no second fault: one that was charged twice is.
        string[] broken = [.. lost.Count == 0 ? invariants.Checks.Where(check => !check.Ok).Select(check => check.ToString()) : []];
        return new CrashResult(settings.Contender, book.Count, lost.Count, broken.Length + book.Faults.Count, [.. lost.Take(20), .. broken, .. book.Faults]);
    }

    private static async Task Shell(string command, CancellationToken cancel)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]))!;
        await shell.WaitForExitAsync(cancel);
        if (shell.ExitCode != 0)
            throw new TimeoutException($"'{command}' ended with code {shell.ExitCode}.");
    }
}
