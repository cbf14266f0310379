using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;
using Shop.Events;
using Shop.Orders;
using Shop.Telemetry;
using Shop.Values;

namespace Shop.Sagas;

/// <summary>
/// One per partition of the order stream: hands every placed order to its saga. Answers the stream, and so lets the events go, when the
/// sagas have started. A start that is lost after that is made again by the order's scheduled row. An event that does not prove where it
/// comes from starts nothing unless the order itself says so. While silos of the release before are there, all that happens to orders comes
/// by here, for their audit's sake; it is passed over.
/// </summary>
[GrainType("order-events"), ImplicitStreamSubscription(ShopStreams.Orders)]
internal sealed partial class OrderEventsGrain(IGrainFactory grains, TimeProvider time, ILogger<OrderEventsGrain> log)
    : Grain, IOrderEventsGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<ShopEvent>, IDisposable
{
    private static readonly TimeSpan AcceptLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many events that prove nothing are checked at once: one message may hold thousands that a stranger has made up.
    /// </summary>
    private const int MostChecks = 16;

    private readonly SemaphoreSlim checks = new(MostChecks);
    private readonly List<ShopEvent> refused = [];

    public void Dispose() => checks.Dispose();

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<ShopEvent>().ResumeAsync(this);

    public Task OnNextAsync(IList<SequentialItem<ShopEvent>> items)
    {
        List<Task>? accepting = null;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Item is { Fact: OrderPlaced placed } item)
                (accepting ??= new List<Task>(items.Count - i)).Add(Accept(placed.Placement.OrderId, item));
            else
                ShopMeter.Processed(EventConsumer.Saga, items[i].Item.Fact, EventFate.Skipped);
        }

        return accepting is null ? Task.CompletedTask : End(accepting);
    }

    private async Task End(List<Task> accepting)
    {
        await Task.WhenAll(accepting);
        if (refused.Count == 0)
            return;

        // One line for all of them, or whoever can publish can fill the disk.
        LogForged(refused.Count, refused[0].EventId);
        refused.Clear();
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex)
    {
        LogStreamError(this.GetPrimaryKeyString(), ex);
        return Task.CompletedTask;
    }

    private async Task Accept(OrderId orderId, ShopEvent placed)
    {
        CrashPoints.OrderEventArrived.Reach();
        using var activity = ShopTracing.StartProcessing(placed);
        try
        {
            if (!placed.Proven && !await IsTrue(orderId, placed))
            {
                refused.Add(placed);
                ShopMeter.Processed(EventConsumer.Saga, placed.Fact, EventFate.Refused);
                return;
            }

            await grains.GetGrain<IOrderSagaGrain>(orderId.Key).Accept(placed).WaitAsync(AcceptLimit, time);
            ShopMeter.Processed(EventConsumer.Saga, placed.Fact, EventFate.Processed);
        }
        catch (Exception e)
        {
            // One saga that cannot be reached must not hold up its neighbours: its scheduled row starts it.
            LogLeftToTheRow(orderId, e);
            ShopMeter.Processed(EventConsumer.Saga, placed.Fact, EventFate.Failed);
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
        }
    }

    /// <summary>Asks the order. To try again would help nobody: an order is stored before anybody hears of it.</summary>
    private async Task<bool> IsTrue(OrderId orderId, ShopEvent placed)
    {
        await checks.WaitAsync();
        try
        {
            return await grains.GetGrain<IOrderGrain>(orderId.Key).Read().WaitAsync(AcceptLimit, time) is { } stored
                && CommittedFacts.IsSame(((OrderPlaced)placed.Fact).Placement, stored);
        }
        finally
        {
            checks.Release();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Order {OrderId} was not accepted by its saga; the scheduled row will start it.")]
    private partial void LogLeftToTheRow(OrderId orderId, Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "The order stream of {Partition} reports a fault.")]
    private partial void LogStreamError(string partition, Exception fault);

    [LoggerMessage(3, LogLevel.Warning, "{Count} events are dropped, {EventId} first: their messages do not prove that the shop has published them, and no order was placed like that. Somebody else may publish to the broker.")]
    private partial void LogForged(int count, string eventId);
}

/// <summary>Only so that the grain has an interface; events reach it through the stream.</summary>
[Alias("shop.order-events"), GrainInterfaceType("shop.order-events")]
internal interface IOrderEventsGrain : IGrainWithStringKey;
