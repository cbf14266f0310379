using System.Collections.Immutable;
using Shop.Events;
using Shop.Orders;
using Shop.Values;

namespace Shop.Sagas;

/// <summary>
/// All that a saga knows. Bounded: lines by the order (100), attempts by the options (1 + 3), the timeline by the number of
/// steps an order can take plus what people do to it (<see cref="MaximumTimeline"/>), answers by the requests that change something.
/// </summary>
[GenerateSerializer, Immutable, Alias("shop.order-saga-state.v1")]
public sealed record SagaState
{
    /// <summary>
    /// Past this many facts, what people can cause without end is no longer noted: their retries, and the attention that each may lead to.
    /// The saga's own facts still fit.
    /// </summary>
    public const int MaximumTimeline = 200;

    /// <summary>Past this many, requests that change nothing are answered without being remembered.</summary>
    public const int MaximumRequests = 20;

    [Id(0)] public required OrderPlacement Placement { get; init; }
    [Id(1)] public required SagaStep Step { get; init; }

    /// <summary>The facts from sequence 2 on; sequence 1, OrderPlaced, is the placement itself.</summary>
    [Id(2)] public required ImmutableArray<TimelineEntry> Timeline { get; init; }

    /// <summary>One for each line of the order, in its order.</summary>
    [Id(3)] public required ImmutableArray<LineStatus> Lines { get; init; }

    /// <summary>Payment attempts, the newest last.</summary>
    [Id(4)] public required ImmutableArray<PaymentAttempt> Attempts { get; init; }

    /// <summary>No Reserve of this order counts after this moment. It only moves on; a later one than the first is stored before a Reserve carries it.</summary>
    [Id(5)] public required DateTimeOffset ReserveNotAfter { get; init; }

    /// <summary>When the step is to be looked at again; null when nothing is outstanding.</summary>
    [Id(6)] public DateTimeOffset? DueAt { get; init; }

    /// <summary>When the saga's scheduled row is due.</summary>
    [Id(7)] public DateTimeOffset? WatchdogAt { get; init; }

    /// <summary>
    /// When the current step began, or after the end, when money surfaced that is to be undone: limits on unknown outcomes and
    /// attention count from here.
    /// </summary>
    [Id(8)] public DateTimeOffset StepSince { get; init; }

    /// <summary>How often the current step has been repeated.</summary>
    [Id(9)] public int Tries { get; init; }

    /// <summary>When an unpaid order's holds end; set by the first decline.</summary>
    [Id(10)] public DateTimeOffset? HoldsUntil { get; init; }

    /// <summary>A cancellation that waits for a payment's answer.</summary>
    [Id(11)] public OrderEndReason? CancelRequested { get; init; }

    /// <summary>Why the order is being, or was, undone.</summary>
    [Id(12)] public OrderEndReason? EndReason { get; init; }

    [Id(13)] public bool NeedsAttention { get; init; }

    /// <summary>Requests and what they were answered: all that changed something, and the first of those that did not.</summary>
    [Id(14)] public ImmutableArray<RememberedRequest> Requests { get; init; } = [];

    /// <summary>Of the newest fact: 1 is OrderPlaced.</summary>
    public long Sequence => 1 + Timeline.Length;

    public PaymentAttempt CurrentAttempt => Attempts[^1];

    public OrderStatus Status => Step switch
    {
        SagaStep.Reserving => OrderStatus.Reserving,
        SagaStep.Authorizing => OrderStatus.Authorizing,
        SagaStep.AwaitingPayment => OrderStatus.AwaitingPayment,
        SagaStep.AuthorizationUnknown or SagaStep.CaptureUnknown => OrderStatus.PaymentUnknown,
        SagaStep.Capturing => OrderStatus.Capturing,
        SagaStep.Confirmed => OrderStatus.Confirmed,
        SagaStep.Fulfilling => OrderStatus.Fulfilling,
        SagaStep.Completed => OrderStatus.Completed,
        SagaStep.Compensating => OrderStatus.Compensating,
        SagaStep.Cancelled => OrderStatus.Cancelled,
        SagaStep.Rejected => OrderStatus.Rejected,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public bool IsFinal => Step is SagaStep.Completed or SagaStep.Cancelled or SagaStep.Rejected;

    public SagaState With(DateTimeOffset now, IOrderFact fact) =>
        this with { Timeline = Timeline.Add(new TimelineEntry(Sequence + 1, now, fact)) };

    /// <summary>A fact that people can cause without end, noted while there is room.</summary>
    public SagaState WithIfRoom(DateTimeOffset now, IOrderFact fact) => Timeline.Length < MaximumTimeline ? With(now, fact) : this;

    /// <summary>Marks the facts after <paramref name="sequence"/> as caused by a request of its own.</summary>
    public SagaState Tracing(long sequence, TraceContext? trace) => trace is null || sequence == Sequence
        ? this
        : this with { Timeline = [.. Timeline.Select(e => e.Sequence > sequence ? e with { Trace = trace } : e)] };

    public SagaState With(int line, LineStatus status) => this with { Lines = Lines.SetItem(line - 1, status) };

    public SagaState With(int attempt, AttemptStatus status) =>
        this with { Attempts = Attempts.SetItem(attempt - 1, Attempts[attempt - 1] with { Status = status }) };
}

/// <param name="Number">From 1: part of the keys of its operations.</param>
[GenerateSerializer, Immutable, Alias("shop.order-saga-state.payment-attempt.v1")]
public sealed record PaymentAttempt(
    [property: Id(0)] int Number,
    [property: Id(1)] string Method,
    [property: Id(2)] AttemptStatus Status);

/// <param name="OrderVersion">The order's version when it was answered: from it a payment's first answer is told again.</param>
[GenerateSerializer, Immutable, Alias("shop.order-saga-state.remembered-request.v1")]
public sealed record RememberedRequest(
    [property: Id(0)] string Key,
    [property: Id(1)] string RequestHash,
    [property: Id(2)] RequestAnswer Answer,
    [property: Id(3)] long OrderVersion);

public enum RequestAnswer
{
    CancelGranted = 1,
    CancelRefundPending = 2,
    PaymentAccepted = 3,
    CancelTooLate = 4,
}
