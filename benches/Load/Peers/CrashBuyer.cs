using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Shop.Benches.Load.Peers;

/// <summary>Places orders at a steady pace, and each until it is acknowledged.</summary>
internal sealed class CrashBuyer(int number, string run, IReadOnlyList<StockedProduct> products, ShopApi api, OrderBook book, int seed)
{
    private static readonly TimeSpan PauseBetweenOrders = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(200);

    private readonly Random random = new(seed * 7919 + number);

    public async Task Run(Func<bool> goOn, CancellationToken cancel)
    {
        using var pace = new PeriodicTimer(PauseBetweenOrders);
        for (var n = 0; goOn(); n++)
        {
            var line = new RequestLine(products[random.Next(products.Count)].Id, 1);
            await PlaceUntilAcknowledged(new OrderRequest($"{run}-{number}-{n}", $"c-{number}", [line], PaymentMethods.Ok), goOn, cancel);
            await pace.WaitForNextTickAsync(cancel);
        }
    }

    private async Task PlaceUntilAcknowledged(OrderRequest request, Func<bool> goOn, CancellationToken cancel)
    {
        // The last one is given up with the others: nobody was told that it is placed.
        do
        {
            try
            {
                var answer = await api.Place(request, waitSeconds: 0, cancel);
                if (answer.Order is { } order)
                {
                    book.Acknowledged(request, order);
                    return;
                }

                if (answer.Status < 500)
                    throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"POST {request.Key} answered {answer.Status} {answer.Code}"));
            }
            catch (Exception fault) when (ShopApi.IsNoAnswer(fault, cancel))
            {
                // Which is the rule while the application is down.
            }

            await Task.Delay(PauseAfterError, cancel);
        }
        while (goOn());
    }
}
