using System.Collections.Immutable;
using System.Diagnostics;
using Orleans.Persistence.GroupCommit;
using Shop.Events;
using Shop.Orders;
using Shop.Telemetry;

namespace Shop.Sagas;

// What people ask of an order: answered from what is durable.
internal sealed partial class OrderSagaGrain
{
    /// <summary>The watchdog comes within a second or two. What is due for longer than this has most likely been decided elsewhere.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(10);

    private DateTimeOffset confirmedAt;

    public async Task<OrderView?> Read()
    {
        if (await KnownPlacement() is not { } placement)
            return null;
        await ConfirmOverdue(placement);
        return durable.DurableState?.ToView() ?? OrderView.Placed(placement);
    }

    public async Task<OrderView?> WaitForOutcome(TimeSpan limit)
    {
        if (durable.DurableState is not { } state || !state.Status.IsOutcome())
        {
            await outcome.Task.WaitAsync(limit < LongestWait ? limit : LongestWait, time).ConfigureAwait(
                ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        return await Read();
    }

    public async Task<ImmutableArray<TimelineEntry>?> Timeline(long afterSequence)
    {
        if (await KnownPlacement() is not { } placement)
            return null;
        await ConfirmOverdue(placement);
        var state = durable.DurableState;
        IEnumerable<TimelineEntry> entries = [new(1, placement.PlacedAt, new OrderPlaced(placement)), .. state?.Timeline ?? []];
        return [.. entries.Where(e => e.Sequence > afterSequence)];
    }

    public async Task<CancelOrderResult> Cancel(CancelOrder command)
    {
        if (!await EnsureStarted())
            return new CancelOrderResult.NotFound();
        return await Decide(new SagaInput.CancelRequested(command.Key.Value, command.RequestHash, command.Reason), command.Trace) switch
        {
            SagaAnswer.CancelGranted a => new CancelOrderResult.Granted(Counted(a.Replayed, "cancel")),
            SagaAnswer.CancelRefundPending a => new CancelOrderResult.RefundPending(Counted(a.Replayed, "cancel")),
            SagaAnswer.CancelTooLate a => new CancelOrderResult.TooLate(Counted(a.Replayed, "cancel")),
            SagaAnswer.Mismatch => new CancelOrderResult.Mismatch(),
            _ => throw new UnreachableException(),
        };
    }

    public async Task<PayOrderResult> Pay(PayOrder command)
    {
        if (!await EnsureStarted())
            return new PayOrderResult.NotFound();
        return await Decide(new SagaInput.PaymentMethodGiven(command.Key.Value, command.RequestHash, command.PaymentMethod), command.Trace) switch
        {
            SagaAnswer.PaymentAccepted a => new PayOrderResult.Accepted(durable.DurableState!.WhenPaymentWasGiven(command.Key), Counted(a.Replayed, "pay")),
            SagaAnswer.PaymentNotAwaited => new PayOrderResult.NotAwaited(DurableStatus),
            SagaAnswer.Mismatch => new PayOrderResult.Mismatch(),
            _ => throw new UnreachableException(),
        };
    }

    public async Task<RetryOrderResult> Retry(RetryOrder command)
    {
        if (!await EnsureStarted())
            return new RetryOrderResult.NotFound();
        return await Decide(new SagaInput.RetryRequested(command.Operator), command.Trace) switch
        {
            SagaAnswer.Retrying => Hurried(durable.DurableState!),
            SagaAnswer.NothingToRetry => new RetryOrderResult.NothingToRetry(DurableStatus),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>
    /// When silos die, a superseded activation can be left over that some silo still finds. The watchdog wakes the other one, so this one would
    /// go on telling what it knew, and live for as long as somebody asks. Every order that can change has a deadline, and one that nobody has begun
    /// with is soon begun with: past that, the database is asked. Not at each call: where orders are overdue, the database may be what is slow.
    /// </summary>
    /// <exception cref="DurableStateLostException">Another activation has written; who asks again finds it.</exception>
    private Task ConfirmOverdue(OrderPlacement placement)
    {
        var now = time.GetUtcNow();
        var dueAt = durable.DurableState is { } state ? state.DueAt : placement.PlacedAt;
        if (!(dueAt + Overdue < now) || now < confirmedAt + Overdue)
            return Task.CompletedTask;
        confirmedAt = now;
        return durable.ConfirmCurrent();
    }

    /// <summary>The order's own, which was stored before the saga heard of it.</summary>
    private async ValueTask<OrderPlacement?> KnownPlacement() => durable.State?.Placement ?? await Placement();

    /// <summary>Of a saga whose start is not stored, the order is all there is.</summary>
    private OrderStatus DurableStatus => durable.DurableState?.Status ?? OrderStatus.Placed;

    private static bool Counted(bool replayed, string operation)
    {
        if (replayed)
            ShopMeter.Replayed(operation);
        return replayed;
    }

    /// <summary>Calls that are pausing between tries try now.</summary>
    private RetryOrderResult.Retrying Hurried(SagaState state)
    {
        var pausing = hurry;
        hurry = new TaskCompletionSource();
        pausing.TrySetResult();
        return new RetryOrderResult.Retrying(state.ToView());
    }
}
