using System.Diagnostics;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Chaos;

/// <summary>How a client gets through to a shop that dies now and then.</summary>
internal static class Requests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Sends it again and again, the same each time, until it has its answer.</summary>
    /// <param name="request">False: not yet what the client waits for.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task UntilAnswered(Func<Task<bool>> request, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        using var pause = new PeriodicTimer(Pause);
        while (true)
        {
            try
            {
                if (await request())
                    return;
            }
            catch (Exception fault) when (ShopApi.IsNoAnswer(fault, cancel) && Stopwatch.GetElapsedTime(started) < Patience)
            {
                // The shop is down or just died: nobody knows what it did, so the same request goes out again.
            }
            await pause.WaitForNextTickAsync(cancel);
        }
    }

    public static Task UntilAnswered(Func<Task> request, CancellationToken cancel) => UntilAnswered(
        async () =>
        {
            await request();
            return true;
        },
        cancel);

    /// <summary>Places an order and notes it when it is acknowledged.</summary>
    public static async Task<PlacedOrder> Place(ShopApi api, OrderBook book, OrderRequest request, CancellationToken cancel)
    {
        await UntilAnswered(
            async () =>
            {
                var answer = await api.Place(request, waitSeconds: 0, cancel);
                if (answer.Order is { } order)
                    book.Acknowledged(request, order);
                else if (answer.Status < 500 && answer.Code != "idempotency-in-flight")
                    throw new InvalidOperationException($"POST {request.Key} answered {answer.Status} {answer.Code}");
                return answer.Order is not null;
            },
            cancel);
        return book.OrderOf(request);
    }
}
