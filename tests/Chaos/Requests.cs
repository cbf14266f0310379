using System.Diagnostics;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Chaos;

/// <summary>How a client gets through to a shop that dies now and then.</summary>
internal static class Requests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a client goes on; a shop that is killed and started again answers within a fraction of it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Sends it again and again, the same each time, until it has its answer.</summary>
    /// <param name="request">Null: that was the answer. Otherwise what was answered instead of what the client waits for.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task UntilAnswered(Func<Task<string?>> request, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        using var pause = new PeriodicTimer(Pause);
        while (true)
        {
            string last;
            try
            {
                if (await request() is not { } other)
                    return;
                last = other;
            }
            catch (Exception fault) when (ShopApi.IsNoAnswer(fault, cancel))
            {
                // The shop is down or just died: nobody knows what it did, so the same request goes out again.
                last = fault.Message;
            }
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"Not what the client waits for within {Patience}. Last: {last}");
            await pause.WaitForNextTickAsync(cancel);
        }
    }

    public static Task UntilAnswered(Func<Task> request, CancellationToken cancel) => UntilAnswered(
        async () =>
        {
            await request();
            return null;
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
                return answer.Order is null ? $"POST {request.Key} answered {answer.Status} {answer.Code}" : null;
            },
            cancel);
        return book.OrderOf(request);
    }
}
