using System.Collections.Immutable;
using Shop.Orders;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Operations;

/// <summary>How far an order's saga has got, as of its last write.</summary>
/// <param name="Version">Of the order: the sequence of its last fact.</param>
/// <param name="Step">Null: the order is placed, its saga has not started.</param>
/// <param name="Since">When the step began, or an operator last retried it.</param>
/// <param name="DueAt">When the step is to be looked at again; null when nothing is outstanding. The watchdog, which wakes the saga, may be up to 5 s later.</param>
/// <param name="Watchdog">The row that wakes the saga; null when there is none.</param>
/// <param name="Tries">How often the step has been repeated.</param>
/// <param name="Stuck">Does not get on by itself: needs attention, or nothing wakes it in time.</param>
/// <param name="CancelRequested">A cancellation that waits for a payment's answer.</param>
/// <param name="EndReason">Why the order is being, or was, undone.</param>
[GenerateSerializer, Immutable, Alias("shop.saga-view.v1")]
public sealed record SagaView(
    [property: Id(0)] OrderId OrderId,
    [property: Id(1)] long Version,
    [property: Id(2)] OrderStatus Status,
    [property: Id(3)] SagaStep? Step,
    [property: Id(4)] DateTimeOffset Since,
    [property: Id(5)] DateTimeOffset? DueAt,
    [property: Id(6)] SagaWatchdogView? Watchdog,
    [property: Id(7)] int Tries,
    [property: Id(8)] bool NeedsAttention,
    [property: Id(9)] bool Stuck,
    [property: Id(10)] OrderEndReason? CancelRequested,
    [property: Id(11)] OrderEndReason? EndReason,
    [property: Id(12)] DateTimeOffset PlacedAt,
    [property: Id(13)] DateTimeOffset UpdatedAt);

/// <param name="DueAt">When the saga is woken next.</param>
/// <param name="Attempts">How often waking it has failed since it last worked.</param>
[GenerateSerializer, Immutable, Alias("shop.saga-watchdog-view.v1")]
public sealed record SagaWatchdogView(
    [property: Id(0)] DateTimeOffset DueAt,
    [property: Id(1)] int Attempts);

/// <param name="Lines">One for each line of the order.</param>
/// <param name="Attempts">Payment methods, the newest last.</param>
/// <param name="Outstanding">What the saga waits for; what was answered since its last write may still be among it. None before it has started.</param>
/// <param name="Timeline">From the placement on, oldest first.</param>
[GenerateSerializer, Immutable, Alias("shop.saga-details.v1")]
public sealed record SagaDetails(
    [property: Id(0)] SagaView Saga,
    [property: Id(1)] ImmutableArray<SagaLineView> Lines,
    [property: Id(2)] ImmutableArray<SagaAttemptView> Attempts,
    [property: Id(3)] ImmutableArray<OutstandingOperation> Outstanding,
    [property: Id(4)] ImmutableArray<TimelineEntry> Timeline);

[GenerateSerializer, Immutable, Alias("shop.saga-line-view.v1")]
public sealed record SagaLineView(
    [property: Id(0)] int Number,
    [property: Id(1)] ProductId ProductId,
    [property: Id(2)] Quantity Quantity,
    [property: Id(3)] LineStatus Status);

[GenerateSerializer, Immutable, Alias("shop.saga-attempt-view.v1")]
public sealed record SagaAttemptView(
    [property: Id(0)] int Number,
    [property: Id(1)] string Method,
    [property: Id(2)] AttemptStatus Status);

/// <param name="Line">Which line it is about; null when it is about a payment.</param>
/// <param name="Attempt">Which payment attempt it is about; null when it is about a line.</param>
[GenerateSerializer, Immutable, Alias("shop.outstanding-operation.v1")]
public sealed record OutstandingOperation(
    [property: Id(0)] SagaOperation Operation,
    [property: Id(1)] int? Line,
    [property: Id(2)] int? Attempt);

/// <summary>What a saga asks of stock and payment.</summary>
public enum SagaOperation
{
    Reserve = 1,
    Release = 2,
    Ship = 3,
    Authorize = 4,
    LookupAuthorization = 5,
    Capture = 6,
    LookupCapture = 7,
    Void = 8,
    Refund = 9,
}
