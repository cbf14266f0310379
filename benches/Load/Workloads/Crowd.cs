using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Wire;

namespace Shop.Benches.Load.Workloads;

/// <summary>What one customer of W5 saw.</summary>
/// <param name="Confirmed">Whether he waited for the outcome; otherwise for the acknowledgement alone.</param>
/// <param name="Late">From the moment when the order was due until the driver sent it.</param>
/// <param name="Latency">From that moment to the answer.</param>
internal readonly record struct CrowdAnswer(bool Confirmed, TimeSpan Late, TimeSpan Latency);

/// <summary>Customers who order once each. There are as many connections as orders under way. Thread-safe.</summary>
internal sealed class Crowd(Uri url, IReadOnlyList<StockedProduct> products, string run) : IDisposable
{
    private const int WaitSeconds = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentBag<Line> free = [];
    private readonly ConcurrentQueue<CrowdAnswer> answers = new();
    private readonly ConcurrentDictionary<string, long> sold = new();
    private readonly ConcurrentDictionary<string, int> errors = new();
    private readonly ConcurrentQueue<string> violations = new();

    public IReadOnlyCollection<CrowdAnswer> Answers => answers;

    /// <summary>Pieces, by product.</summary>
    public IReadOnlyDictionary<string, long> Sold => sold;

    /// <summary>What went wrong short of a broken promise, by kind.</summary>
    public IReadOnlyDictionary<string, int> Errors => errors;

    /// <summary>Acknowledged orders that were not confirmed.</summary>
    public IReadOnlyCollection<string> Violations => violations;

    /// <param name="number">Every other one waits for the outcome.</param>
    /// <param name="choice">Which product.</param>
    /// <param name="dueAt">By the monotonic clock.</param>
    /// <param name="isMeasured">Otherwise it only warms the shop up.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task Order(int number, int choice, long dueAt, bool isMeasured, CancellationToken cancel)
    {
        if (!free.TryTake(out var line))
            line = new Line(new WireConnection(url.Host, url.Port), new byte[OrderPost.MaximumLength]);
        var waits = number % 2 == 1;
        var product = products[choice].Id;
        var customer = string.Create(CultureInfo.InvariantCulture, $"c-{number}");
        var key = string.Create(CultureInfo.InvariantCulture, $"{run}-{number}");
        var length = OrderPost.Write(line.Request, url.Authority, customer, product, key, waits ? WaitSeconds : 0);
        var sent = Stopwatch.GetTimestamp();
        var (id, status) = await Answer(line, length, sent, cancel);
        var answered = Stopwatch.GetTimestamp();
        free.Add(line);
        if (id.Length == 0)
            return;

        sold.AddOrUpdate(product, 1, (_, before) => before + 1);
        if (waits && !OrderStatuses.Sold.Contains(status))
            violations.Enqueue($"order {id} is {status} after {WaitSeconds} s");
        else if (isMeasured)
            answers.Enqueue(new CrowdAnswer(waits, Stopwatch.GetElapsedTime(dueAt, sent), Stopwatch.GetElapsedTime(dueAt, answered)));
    }

    public void Dispose()
    {
        foreach (var line in free)
            line.Connection.Dispose();
    }

    /// <summary>The same key goes out again until the shop has said what became of it.</summary>
    /// <returns>An empty id: it was refused.</returns>
    private async Task<(string Id, string Status)> Answer(Line line, int length, long sent, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                var answer = await line.Connection.Send(line.Request.AsMemory(0, length), cancel);
                if (answer.Status == 201)
                    return OrderStatusReader.Read(answer.Body.Span);
                Count($"POST answered {answer.Status}");
                if (answer.Status < 500)
                    return ("", "");
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

    private void Count(string kind) => errors.AddOrUpdate(kind, 1, (_, before) => before + 1);

    private sealed record Line(WireConnection Connection, byte[] Request);
}
