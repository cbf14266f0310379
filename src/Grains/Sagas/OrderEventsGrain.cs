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
    : Grain, IOrderEventsGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<ShopEvent>
{
    private static readonly TimeSpan AcceptLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many events that prove nothing are checked at once: one message may hold thousands that a stranger has made up.
    /// </summary>
    private const int MostChecks = 16;

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<ShopEvent>().ResumeAsync(this);

    public Task OnNextAsync(IList<SequentialItem<ShopEvent>> items)
    {
        List<Task>? accepting = null;
        List<ShopEvent>? unproven = null;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Item is not { Fact: OrderPlaced } placed)
                ShopMeter.Processed(EventConsumer.Saga, items[i].Item.Fact, EventFate.Skipped);
            else if (placed.Proven)
                (accepting ??= new List<Task>(items.Count - i)).Add(Accept(placed));
            else
                (unproven ??= []).Add(placed);
        }

        if (unproven is not null)
            (accepting ??= []).Add(Check(unproven));
        return accepting is null ? Task.CompletedTask : Task.WhenAll(accepting);
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex)
    {
        LogStreamError(this.GetPrimaryKeyString(), ex);
        return Task.CompletedTask;
    }

    /// <summary>Starts the sagas of those that the orders themselves say are true.</summary>
    private async Task Check(List<ShopEvent> unproven)
    {
        List<ShopEvent> refused = [];
        foreach (var some in unproven.Chunk(MostChecks))
        {
            await Task.WhenAll(some.Select(async placed =>
            {
                switch (await IsTrue(placed))
                {
                    case true:
                        await Accept(placed);
                        break;
                    case false:
                        refused.Add(placed);
                        break;
                }
            }));
        }

        if (refused.Count == 0)
            return;

        foreach (var placed in refused)
            ShopMeter.Processed(EventConsumer.Saga, placed.Fact, EventFate.Refused);
        // One line for all of them, or whoever can publish can fill the disk.
        LogForged(refused.Count, refused[0].EventId);
    }

    /// <summary>Asks the order, which is stored before anybody hears of it.</summary>
    /// <returns>Null: it cannot be asked; if there is such an order, its row starts it.</returns>
    private async Task<bool?> IsTrue(ShopEvent claimed)
    {
        var placement = ((OrderPlaced)claimed.Fact).Placement;
        try
        {
            return await grains.GetGrain<IOrderGrain>(placement.OrderId.Key).Read().WaitAsync(AcceptLimit, time) is { } stored
                && CommittedFacts.IsSame(placement, stored);
        }
        catch (Exception e)
        {
            Left(claimed, e);
            return null;
        }
    }

    private async Task Accept(ShopEvent placed)
    {
        CrashPoints.OrderEventArrived.Reach();
        using var activity = ShopTracing.StartProcessing(placed);
        try
        {
            var key = ((OrderPlaced)placed.Fact).Placement.OrderId.Key;
            await grains.GetGrain<IOrderSagaGrain>(key).Accept(placed).WaitAsync(AcceptLimit, time);
            ShopMeter.Processed(EventConsumer.Saga, placed.Fact, EventFate.Processed);
        }
        catch (Exception e)
        {
            Left(placed, e);
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
        }
    }

    /// <summary>One order that cannot be reached must not hold up its neighbours: its scheduled row starts it.</summary>
    private void Left(ShopEvent placed, Exception fault)
    {
        LogLeftToTheRow(((OrderPlaced)placed.Fact).Placement.OrderId, fault);
        ShopMeter.Processed(EventConsumer.Saga, placed.Fact, EventFate.Failed);
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
