using System.Collections.Immutable;
using Shop.Events;
using Shop.Orders;

namespace Shop.Sagas;

/// <summary>
/// Leads one order from placed to its end, or undoes what was done; key <c>o:&lt;uuid&gt;</c>, the order's.
/// The only owner of an order's status, timeline, sequence and ETag. Every answer is durable when it is given.
/// </summary>
[Alias("shop.order-saga"), GrainInterfaceType("shop.order-saga")]
public interface IOrderSagaGrain : IGrainWithStringKey
{
    /// <summary>Takes the order on. Answers when that is durable; repeating it changes nothing.</summary>
    [Alias("Accept")]
    Task Accept(ShopEvent orderPlaced);

    /// <summary>The order, or null when it was never placed.</summary>
    [Alias("Read")]
    Task<OrderView?> Read();

    /// <summary>The order as soon as it has an outcome (<see cref="OrderStatusExtensions.IsOutcome"/>), or as it is when the limit is over.</summary>
    /// <param name="limit">At most 10 s: longer waits are made of several.</param>
    [Alias("WaitForOutcome")]
    Task<OrderView?> WaitForOutcome(TimeSpan limit);

    /// <summary>What happened to the order after <paramref name="afterSequence"/>, oldest first; null when it was never placed.</summary>
    [Alias("Timeline")]
    Task<ImmutableArray<TimelineEntry>?> Timeline(long afterSequence);

    /// <summary>Cancels as far as the order's state lets it. Repeating it under the same key repeats the answer.</summary>
    [Alias("Cancel")]
    Task<CancelOrderResult> Cancel(CancelOrder command);

    /// <summary>Another payment method after a decline. Repeating it under the same key repeats the answer.</summary>
    [Alias("Pay")]
    Task<PayOrderResult> Pay(PayOrder command);

    /// <summary>A person asks the saga to try its outstanding step again at once. Noted on the timeline.</summary>
    [Alias("Retry")]
    Task<RetryOrderResult> Retry(RetryOrder command);
}
