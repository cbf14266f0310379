using System.Globalization;
using Shop.Orders;
using Shop.Sagas;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Orders;

/// <summary><c>Prefer: wait=N</c>: holds the answer of a placed order until there is an outcome or the time is over.</summary>
internal sealed partial class OutcomeWait(TimeProvider time, IHostApplicationLifetime process, ILogger<OutcomeWait> log)
{
    /// <summary>A grain call is not held open longer than this; longer waits are made of several.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(10);

    /// <summary>What a slice may take beyond its wait.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public async ValueTask<OrderView> For(HttpContext http, IOrderSagaGrain saga, OrderPlacement placement)
    {
        var seconds = Preferences.WaitSeconds(http.Request.Headers[Preferences.Header]);
        var order = OrderView.Placed(placement);
        if (seconds == 0)
        {
            return order;
        }

        http.Response.Headers[Preferences.AppliedHeader] = string.Create(CultureInfo.InvariantCulture, $"wait={seconds}");
        var start = time.GetTimestamp();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, process.ApplicationStopping);
        while (!order.Status.IsOutcome() && TimeSpan.FromSeconds(seconds) - time.GetElapsedTime(start) is { Ticks: > 0 } left)
        {
            try
            {
                var slice = left < Slice ? left : Slice;
                order = await saga.WaitForOutcome(slice).WaitAsync(slice + Grace, time, ended.Token) ?? order;
            }
            catch (OperationCanceledException) when (process.ApplicationStopping.IsCancellationRequested)
            {
                // Whoever waits must not hold the process up; the order goes on after the restart.
                break;
            }
            catch (Exception fault) when (!http.RequestAborted.IsCancellationRequested)
            {
                // The order is durable and goes on: the client gets its 201, only not the outcome.
                LogGaveUpWaiting(fault, placement.OrderId.ToString());
                break;
            }
        }

        return order;
    }

    [LoggerMessage(LogLevel.Warning, "Waiting for the outcome of order {OrderId} failed; it is answered as it was last seen.")]
    private partial void LogGaveUpWaiting(Exception fault, string orderId);
}
