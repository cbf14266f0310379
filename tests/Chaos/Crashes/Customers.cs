using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Chaos.Crashes;

/// <summary>
/// One customer of each kind that takes an order another way, and a clerk who counts the stock; all at once, round after round, until
/// the shop is closed. They repeat what got no answer, and write down every answer.
/// </summary>
internal sealed class Customers(ShopApi api)
{
    private static readonly TimeSpan BetweenOrders = TimeSpan.FromMilliseconds(40);
    private static readonly StockedProduct Counted = new("counted", Price: 450, Received: 1_002, Scarce: false);
    private static readonly StockedProduct Scarce = new("scarce", Price: 1990, Received: 3, Scarce: true);
    private static readonly StockedProduct[] Plenty = [.. Enumerable.Range(0, 3).Select(n => ShopSetup.Plenty($"plenty-{n}", n))];

    private volatile bool closed;

    public OrderBook Book { get; } = new(Plenty.Append(Counted).Append(Scarce).ToDictionary(product => product.Id));

    /// <summary>No further round; the one that goes on, or the first one, is finished.</summary>
    public void Close() => closed = true;

    public async Task Shop(CancellationToken cancel)
    {
        StockedProduct[] delivered = [.. Plenty, Counted with { Received = 1_000 }, Scarce];
        await Requests.UntilAnswered(() => ShopSetup.Stock(api, delivered, cancel), cancel);
        var round = 0;
        do
        {
            var others = Task.WhenAll(Round(round, cancel));
            await Task.WhenAll(others, Regular(round++, others, cancel));
        }
        while (!closed);
    }

    private Task[] Round(int round, CancellationToken cancel)
    {
        Task<PlacedOrder> Order(string customer, string method, params RequestLine[] lines) => this.Order(customer, round, method, lines, cancel);

        return
        [
            Order("one-line", PaymentMethods.Ok, One(Plenty[0])),
            Order("three-lines", PaymentMethods.Ok, One(Plenty[0]), One(Plenty[1]), One(Counted)),
            // One of the two is refused its second line, and has to give back its first.
            Order("rival", PaymentMethods.Ok, One(Plenty[1]), Two(Scarce)),
            Order("other-rival", PaymentMethods.Ok, One(Plenty[1]), Two(Scarce)),
            Order("declined", PaymentMethods.Declined, One(Plenty[2])),
            PayAnew(Order("declined-once", PaymentMethods.Declined, One(Plenty[2]), One(Plenty[0])), cancel),
            Order("charged-unheard", PaymentMethods.Timeout, One(Plenty[0])),
            Order("captured-unheard", PaymentMethods.CaptureTimeout, One(Plenty[1])),
            Cancel(Order("uncharged-unheard", PaymentMethods.TimeoutUncharged, One(Plenty[1])), cancel),
            Cancel(Order("hasty", PaymentMethods.Ok, One(Plenty[2]), One(Counted)), cancel),
            CancelWhenConfirmed(Order("regretful", PaymentMethods.Ok, One(Plenty[0]), One(Plenty[1])), cancel),
            Order("never-charged", PaymentMethods.CaptureFails, One(Plenty[1]), One(Plenty[2])),
            Count(+5, cancel),
            Count(-3, cancel),
        ];
    }

    /// <summary>Orders again and again while the others are there: at every moment somebody is about to be answered.</summary>
    private async Task Regular(int round, Task others, CancellationToken cancel)
    {
        using var pause = new PeriodicTimer(BetweenOrders);
        for (var n = 0; !others.IsCompleted; n++)
        {
            await Order(string.Create(CultureInfo.InvariantCulture, $"regular-{n}"), round, PaymentMethods.Ok, [One(Plenty[0])], cancel);
            await pause.WaitForNextTickAsync(cancel);
        }
    }

    private Task<PlacedOrder> Order(string customer, int round, string method, RequestLine[] lines, CancellationToken cancel) => Requests.Place(
        api, Book, new OrderRequest(string.Create(CultureInfo.InvariantCulture, $"{customer}-{round}"), customer, lines, method), cancel);

    private async Task PayAnew(Task<PlacedOrder> ordering, CancellationToken cancel)
    {
        var order = await ordering;
        await UntilItIs(order, OrderStatuses.AwaitingPayment, cancel);
        await Requests.UntilAnswered(() => Book.Pay(api, order, PaymentMethods.Ok, cancel), cancel);
    }

    private async Task Cancel(Task<PlacedOrder> ordering, CancellationToken cancel)
    {
        var order = await ordering;
        await Requests.UntilAnswered(() => Book.Cancel(api, order, cancel), cancel);
    }

    private async Task CancelWhenConfirmed(Task<PlacedOrder> ordering, CancellationToken cancel)
    {
        var order = await ordering;
        await UntilItIs(order, "confirmed", cancel);
        await Requests.UntilAnswered(() => Book.Cancel(api, order, cancel), cancel);
    }

    /// <summary>Or has ended: after a crash it may be further already.</summary>
    private Task UntilItIs(PlacedOrder order, string status, CancellationToken cancel) => Requests.UntilAnswered(
        async () => await api.Read(order.Id, cancel) switch
        {
            null => throw new InvalidOperationException($"order {order.Id} was acknowledged and is unknown"),
            { } now when now.Status == status || now.IsFinal => null,
            { } now => $"order {order.Id} of {order.Request.CustomerId} is {now.Status}, waited for is {status}",
        },
        cancel);

    /// <summary>The same in every round, under the same key: it counts once.</summary>
    private Task Count(long delta, CancellationToken cancel) => Requests.UntilAnswered(
        () => api.Receive(Counted.Id, delta, string.Create(CultureInfo.InvariantCulture, $"count:{delta}"), cancel), cancel);

    private static RequestLine One(StockedProduct product) => new(product.Id, 1);

    private static RequestLine Two(StockedProduct product) => new(product.Id, 2);
}
