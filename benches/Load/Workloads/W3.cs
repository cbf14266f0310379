using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Workloads;

/// <summary>
/// W3 of the benches: of a hundred orders 80 are W1's, 10 have a card that is declined, 5 are cancelled once they are confirmed, and of 5 the
/// gateway authorizes without an answer, so that they are looked up. Nobody waits for the last: they would keep their buyers for many seconds.
/// </summary>
internal static class W3
{
    private const int WaitSeconds = 30;
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    private enum Kind
    {
        Plain,
        Declined,
        Cancelled,
        TimedOut,
    }

    public static async Task<LoadResult> Run(ShopApi api, W1Settings settings, CancellationToken cancel)
    {
        var run = ShopSetup.RunId(settings.Seed);
        var products = await ShopSetup.StockPlenty(api, $"w3-{run}", settings.Products, cancel);
        var book = new OrderBook(products.ToDictionary(product => product.Id));
        var clock = new CpuClock(new Dictionary<string, int>(settings.Processes) { [W1Result.Driver] = Environment.ProcessId });
        var done = new ConcurrentQueue<(Kind Kind, long At)>();
        var errors = new ConcurrentDictionary<string, int>();

        var (start, end) = await ClosedLoop.Measure(
            goOn => Enumerable.Range(0, settings.Buyers).Select(number => Buy(number, goOn)), new Instruments(clock), settings, cancel);

        Console.WriteLine("measured; waiting for the ends of all orders");
        var audit = await new BookAudit(api, book, Limit, untilFinal: false, cancelWaiting: true).Run(cancel);
        var inside = done.Where(order => order.At >= start.Cpu.At && order.At < end.Cpu.At).Select(order => order.Kind);
        return ResultOf(settings, [.. inside], CpuUse.Between(start.Cpu, end.Cpu), errors, audit);

        async Task Buy(int number, Func<bool> goOn)
        {
            var random = new Random((settings.Seed * 7919) + number);
            for (var n = 0; goOn(); n++)
            {
                var kind = KindOf(random.Next(100));
                var request = new OrderRequest(
                    string.Create(CultureInfo.InvariantCulture, $"{run}-{number}-{n}"), string.Create(CultureInfo.InvariantCulture, $"c-{number}"),
                    [new RequestLine(products[random.Next(products.Count)].Id, 1)], MethodOf(kind));
                if (await Place(api, book, request, kind, errors, cancel))
                    done.Enqueue((kind, Stopwatch.GetTimestamp()));
            }
        }
    }

    /// <summary>Until the shop has answered: the same key goes out again.</summary>
    /// <returns>False: it was refused.</returns>
    private static async Task<bool> Place(
        ShopApi api, OrderBook book, OrderRequest request, Kind kind, ConcurrentDictionary<string, int> errors, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                var answer = await api.Place(request, kind == Kind.TimedOut ? 0 : WaitSeconds, cancel);
                if (answer.Order is { } order)
                {
                    book.Acknowledged(request, order);
                    if (kind == Kind.Cancelled)
                        await book.Cancel(api, book.OrderOf(request), cancel);
                    return true;
                }

                Count($"POST answered {answer.Status}");
                if (answer.Status < 500)
                    return false;
            }
            catch (Exception fault) when (ShopApi.IsNoAnswer(fault, cancel))
            {
                Count(fault.Message);
            }

            await Task.Delay(PauseAfterError, cancel);
        }

        void Count(string what) => errors.AddOrUpdate(what, 1, (_, before) => before + 1);
    }

    private static Kind KindOf(int dice) => dice switch
    {
        < 80 => Kind.Plain,
        < 90 => Kind.Declined,
        < 95 => Kind.Cancelled,
        _ => Kind.TimedOut,
    };

    private static string MethodOf(Kind kind) => kind switch
    {
        Kind.Declined => PaymentMethods.Declined,
        Kind.TimedOut => PaymentMethods.Timeout,
        _ => PaymentMethods.Ok,
    };

    private static LoadResult ResultOf(
        W1Settings settings, IReadOnlyList<Kind> orders, CpuUse cpu, ConcurrentDictionary<string, int> errors, AuditResult audit)
    {
        var (sum, byProcess) = LoadResult.CpuMs(cpu, orders.Count);
        return LoadResult.From(
            "w3", settings,
            violations => string.Create(
                CultureInfo.InvariantCulture, $"answered {orders.Count / cpu.WindowSeconds:F0} orders/s, {sum:F2} CPU-ms/order, {violations} violations"),
            new Dictionary<string, string>
            {
                ["orders in the window"] = string.Join(", ", orders.GroupBy(kind => kind).OrderBy(g => g.Key).Select(g => $"{g.Key} {g.Count()}")),
                ["CPU-ms per order"] = byProcess,
                ["how all of them ended"] = string.Join(", ", audit.Statuses.OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key}")),
                ["errors"] = errors.IsEmpty ? "none" : string.Join(", ", errors.Select(error => $"{error.Key} {error.Value}")),
            },
            cpu, audit);
    }
}
