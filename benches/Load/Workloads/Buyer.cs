using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Wire;

namespace Shop.Benches.Load.Workloads;

/// <param name="At">When the client knew that the order was confirmed.</param>
/// <param name="Latency">Since it sent the order.</param>
internal readonly record struct Confirmation(long At, TimeSpan Latency);

/// <summary>
/// One client that places an order, learns that it is confirmed, and places the next. The shop holds the answer back until there is an
/// outcome (<c>Prefer: wait</c>), so one request does it; should the answer come earlier, the order is read until it has one.
/// </summary>
internal sealed class Buyer(int number, string run, IReadOnlyList<StockedProduct> products, ShopApi api, int seed) : IDisposable
{
    private const int WaitSeconds = 30;
    private static readonly TimeSpan ReadPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(100);

    private readonly WireConnection connection = new(api.Url.Host, api.Url.Port);
    private readonly Random random = new(seed * 7919 + number);
    private readonly byte[] request = new byte[OrderPost.MaximumLength];

    public List<Confirmation> Confirmed { get; } = new(16 * 1024);

    /// <summary>The id of the order that was confirmed last; null: none yet.</summary>
    public string? LastConfirmed { get; private set; }

    /// <summary>Pieces sold, by product.</summary>
    public Dictionary<string, long> Sold { get; } = [];

    /// <summary>How many confirmed orders had to be read again, because the answer to the POST came before the outcome.</summary>
    public int ReadLater { get; private set; }

    /// <summary>What went wrong short of a broken promise, by kind.</summary>
    public Dictionary<string, int> Errors { get; } = [];

    /// <summary>Acknowledged orders that did not end as they had to.</summary>
    public List<string> Violations { get; } = [];

    public async Task Run(Func<bool> goOn, CancellationToken cancel)
    {
        for (var n = 0; goOn(); n++)
        {
            var product = products[random.Next(products.Count)];
            var length = OrderPost.Write(
                request, api.Url.Authority, string.Create(CultureInfo.InvariantCulture, $"c-{number}"), product.Id, $"{run}-{number}-{n}", WaitSeconds);
            var sent = Stopwatch.GetTimestamp();
            await Place(length, product.Id, sent, cancel);
        }
    }

    public void Dispose() => connection.Dispose();

    private async Task Place(int length, string productId, long sent, CancellationToken cancel)
    {
        var answer = await SendUntilAnswered(length, sent, cancel);
        if (answer.Status != 201)
        {
            Count($"POST answered {answer.Status}");
            await Task.Delay(PauseAfterError, cancel);
            return;
        }
        var (id, status) = OrderStatusReader.Read(answer.Body.Span);
        if (status != "confirmed" && !OrderStatuses.Sold.Contains(status))
        {
            ReadLater++;
            status = await ReadUntilOutcome(id, sent, cancel);
        }
        if (OrderStatuses.Sold.Contains(status))
        {
            var now = Stopwatch.GetTimestamp();
            LastConfirmed = id;
            Confirmed.Add(new Confirmation(now, Stopwatch.GetElapsedTime(sent, now)));
            Sold[productId] = Sold.GetValueOrDefault(productId) + 1;
        }
        else
        {
            Violations.Add($"order {id} was acknowledged and is {status}");
        }
    }

    /// <summary>
    /// A cut connection or a 5xx says nothing about the order, which may be durable: the same key goes out again until the shop has said
    /// what became of it. Otherwise the order would be sold in the shop's books and not in these.
    /// </summary>
    private async Task<WireAnswer> SendUntilAnswered(int length, long sent, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                var answer = await connection.Send(request.AsMemory(0, length), cancel);
                if (answer.Status < 500)
                    return answer;
                Count($"POST answered {answer.Status}");
            }
            catch (IOException fault)
            {
                Count(fault.Message);
            }

            if (Stopwatch.GetElapsedTime(sent) > Patience)
                throw new TimeoutException($"No answer to one order within {Patience}: this run cannot be judged.");
            await Task.Delay(PauseAfterError, cancel);
        }
    }

    private async Task<string> ReadUntilOutcome(string id, long sent, CancellationToken cancel)
    {
        var status = "unknown";
        while (Stopwatch.GetElapsedTime(sent) < ReadLimit)
        {
            try
            {
                var order = await api.Read(id, cancel);
                status = order?.Status ?? "unknown";
                if (order is null || order.IsSold || order.IsFinal)
                    return status;
            }
            catch (Exception fault) when (ShopApi.IsNoAnswer(fault, cancel))
            {
                Count(fault.Message);
            }

            await Task.Delay(ReadPause, cancel);
        }
        return status;
    }

    private void Count(string kind) => Errors[kind] = Errors.GetValueOrDefault(kind) + 1;
}
