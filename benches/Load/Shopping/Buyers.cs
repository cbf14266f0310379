using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Workloads;

namespace Shop.Benches.Load.Shopping;

/// <summary>
/// Clients in a closed loop at a modest rate. They repeat a request under the same key until it is answered, look at every order until it has an
/// outcome, cancel some, and remember all that they were told.
/// </summary>
internal sealed class Buyers : IAsyncDisposable
{
    public const int Usually = 8;
    private const int CancelPercent = 5;
    private const int WaitSeconds = 2;
    private static readonly TimeSpan PauseBetweenOrders = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PauseBeforeRepeating = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseBetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>A client that has no answer after all this time has been let down.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ShopApi api;
    private readonly MixedOrders orders;
    private readonly int seed;
    private readonly CancellationTokenSource abandon;
    private readonly ConcurrentBag<Task> following = [];
    private readonly TaskCompletionSource broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task buying;
    private volatile bool closed;

    private Buyers(ShopApi api, OrderBook book, MixedOrders orders, int count, int seed, CancellationToken cancel)
    {
        (this.api, Book, this.orders, this.seed) = (api, book, orders, seed);
        abandon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        buying = Task.WhenAll(Enumerable.Range(0, count).Select(buyer => Watched(Buy(buyer))));
    }

    /// <summary>Of a shop that has been stocked for them: plenty of most things, and little of one.</summary>
    public static Task<Buyers> In(ShopApi api, int seed, CancellationToken cancel) => In(api, Usually, seed, cancel);

    /// <inheritdoc cref="In(ShopApi, int, CancellationToken)"/>
    public static async Task<Buyers> In(ShopApi api, int count, int seed, CancellationToken cancel)
    {
        var run = ShopSetup.RunId(seed);
        List<StockedProduct> products =
        [
            .. Enumerable.Range(0, 20).Select(n => ShopSetup.Plenty(string.Create(CultureInfo.InvariantCulture, $"plenty-{run}-{n}"), n)),
            new StockedProduct($"scarce-{run}", Price: 1990, Received: 40, Scarce: true),
        ];
        await ShopSetup.Stock(api, products, cancel);
        var book = new OrderBook(products.ToDictionary(product => product.Id));
        return new Buyers(api, book, new MixedOrders(run, products, declinedPercent: 8, captureFailsPercent: 4), count, seed, cancel);
    }

    public OrderBook Book { get; }

    public Flow Flow { get; } = new();

    /// <summary>Fails as soon as the first of them has been let down, or met a fault of its own; otherwise it does not end.</summary>
    public Task Broken => broken.Task;

    /// <summary>Everybody finishes what he has begun; nothing new begins, and nobody looks at an order any more.</summary>
    public async Task Close()
    {
        closed = true;
        await buying;
        await Task.WhenAll(following);
    }

    public async ValueTask DisposeAsync()
    {
        await abandon.CancelAsync();
        await buying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        abandon.Dispose();
    }

    private async Task Watched(Task client)
    {
        try
        {
            await client;
        }
        catch (Exception fault)
        {
            broken.TrySetException(fault);
            throw;
        }
    }

    private async Task Buy(int buyer)
    {
        var random = new Random(seed * 7919 + buyer);
        using var pace = new PeriodicTimer(PauseBetweenOrders);
        for (var n = 0; !closed; n++)
        {
            var request = orders.Next(random, buyer, n);
            var order = await Place(request);
            if (HasOutcome(order))
                Flow.Ends(request.Key, order.IsSold);
            else
                following.Add(Watched(Follow(request)));
            if (random.Next(100) < CancelPercent)
                await Cancel(request);
            await pace.WaitForNextTickAsync(abandon.Token);
        }
    }

    private Task<OrderAnswer> Place(OrderRequest request)
    {
        Flow.Asks(request.Key);
        return Through("order", async () =>
        {
            var answer = await api.Place(request, WaitSeconds, abandon.Token);
            if (answer.Order is { } order)
            {
                Book.Acknowledged(request, order);
                return order;
            }

            return answer.Status >= 500
                ? throw new HttpRequestException($"{answer.Status} {answer.Code}", null, (System.Net.HttpStatusCode)answer.Status)
                : throw new InvalidOperationException($"POST {request.Key} answered {answer.Status} {answer.Code}");
        });
    }

    private async Task Cancel(OrderRequest request)
    {
        var key = $"cancel:{request.Key}";
        Flow.Asks(key);
        await Through("cancel", async () => { await Book.Cancel(api, Book.OrderOf(request), abandon.Token); return ""; });
        Flow.Ends(key, isConfirmed: false);
    }

    /// <summary>Until there is an answer. Every other one is noted.</summary>
    private async Task<T> Through<T>(string what, Func<Task<T>> request)
    {
        var asked = Stopwatch.GetTimestamp();
        // As every client does that is told to come back; not a wait for anything.
        using var pause = new PeriodicTimer(PauseBeforeRepeating);
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return await request();
            }
            catch (Exception fault) when (ShopApi.IsNoAnswer(fault, abandon.Token))
            {
                Flow.Fails(asked, $"{what}: {Kind(fault)}", isFirst);
                if (Stopwatch.GetElapsedTime(asked) > Patience)
                    throw new TimeoutException($"No answer to one {what} within {Patience}. Last: {fault.Message}", fault);
            }

            await pause.WaitForNextTickAsync(abandon.Token);
        }
    }

    /// <summary>Looks at an order that was acknowledged before it had an outcome. Each has a client of its own: no slow answer keeps others waiting.</summary>
    private async Task Follow(OrderRequest request)
    {
        var placed = Book.OrderOf(request);
        using var pace = new PeriodicTimer(PauseBetweenLooks);
        while (await pace.WaitForNextTickAsync(abandon.Token))
        {
            var order = await Through("read", async () => closed
                ? null
                : await api.Read(placed.Id, abandon.Token) ?? throw new InvalidOperationException($"order {placed.Id} was acknowledged and is unknown"));
            if (order is null)
                return;
            if (HasOutcome(order))
            {
                Flow.Ends(request.Key, order.IsSold);
                return;
            }
        }
    }

    private static bool HasOutcome(OrderAnswer order) => order.IsSold || order.IsFinal || order.Status == OrderStatuses.AwaitingPayment;

    private static string Kind(Exception fault) => fault switch
    {
        HttpRequestException { StatusCode: { } status } => $"{(int)status}",
        HttpRequestException { HttpRequestError: var error } => $"{error}",
        _ => fault.GetType().Name,
    };
}
