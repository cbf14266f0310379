using System.Diagnostics;
using Orleans.Persistence.GroupCommit;
using Shop.Events;
using Shop.Orders;
using Shop.Sagas;

namespace Shop.Operations;

/// <summary>An order with what is stored of its saga.</summary>
/// <param name="Placement">The order.</param>
/// <param name="State">Null: the saga has not started.</param>
/// <param name="Watchdog">The row that wakes or starts it.</param>
internal sealed record StoredSaga(OrderPlacement Placement, SagaState? State, ArmedMessage? Watchdog)
{
    /// <summary>How late a row may be before it counts as not being served: the scheduler has to come round, and may have much to do.</summary>
    public static readonly TimeSpan ToleratedDelay = TimeSpan.FromMinutes(1);

    /// <summary>Calls fail when a silo dies or the store hiccups; with the pauses between them, this often is no hiccup.</summary>
    public const int ToleratedFailures = 4;

    public OrderStatus Status => State?.Status ?? OrderStatus.Placed;

    private bool IsOver => State is { IsFinal: true, DueAt: null };

    /// <summary>
    /// Whether it does not get on by itself. The row, which is what wakes the saga, decides: it may lag the state's own deadline by up to 5 s.
    /// </summary>
    public bool IsStuck(DateTimeOffset now) => State is { NeedsAttention: true } || (!IsOver && !IsWoken(now));

    private bool IsWoken(DateTimeOffset now) =>
        Watchdog is { Attempts: <= ToleratedFailures } row && row.DueAt + ToleratedDelay >= now;

    public SagaView View(DateTimeOffset now) => new(
        Placement.OrderId,
        State?.Sequence ?? 1,
        Status,
        State?.Step,
        State?.StepSince ?? Placement.PlacedAt,
        State is null ? Watchdog?.DueAt : State.DueAt,
        Watchdog is { } row ? new SagaWatchdogView(row.DueAt, row.Attempts) : null,
        State?.Tries ?? 0,
        State?.NeedsAttention ?? false,
        IsStuck(now),
        State?.CancelRequested,
        State?.EndReason,
        Placement.PlacedAt,
        State is { Timeline: [.., var newest] } ? newest.OccurredAt : Placement.PlacedAt);

    public SagaDetails Details(DateTimeOffset now) => new(
        View(now),
        [.. Placement.Lines.Select((line, i) => new SagaLineView(line.Number, line.ProductId, line.Quantity, State?.Lines[i] ?? LineStatus.Asked))],
        [.. (State?.Attempts ?? []).Select(attempt => new SagaAttemptView(attempt.Number, attempt.Method, attempt.Status))],
        [.. (State is null ? [] : SagaDecider.Outstanding(State)).Select(Operation)],
        [new TimelineEntry(1, Placement.PlacedAt, new OrderPlaced(Placement)), .. State?.Timeline ?? []]);

    private static OutstandingOperation Operation(SagaCommand command) => command switch
    {
        SagaCommand.Reserve c => new(SagaOperation.Reserve, c.Line, null),
        SagaCommand.Release c => new(SagaOperation.Release, c.Line, null),
        SagaCommand.Ship c => new(SagaOperation.Ship, c.Line, null),
        SagaCommand.Authorize c => new(SagaOperation.Authorize, null, c.Attempt),
        SagaCommand.LookupAuthorization c => new(SagaOperation.LookupAuthorization, null, c.Attempt),
        SagaCommand.Capture c => new(SagaOperation.Capture, null, c.Attempt),
        SagaCommand.LookupCapture c => new(SagaOperation.LookupCapture, null, c.Attempt),
        SagaCommand.Void c => new(SagaOperation.Void, null, c.Attempt),
        SagaCommand.Refund c => new(SagaOperation.Refund, null, c.Attempt),
        _ => throw new UnreachableException(),
    };
}
