using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Events;
using Shop.Telemetry;
using Shop.Values;

namespace Shop.Stock;

// Everything that arrives while a write is in flight is decided in memory and goes together with the next one.
[GrainType("stock"), Reentrant]
internal sealed partial class StockGrain(
    [Durable] IDurable<StockState> stock,
    [Durable("reservations")] IDurableMap<Reservation> reservations,
    [Durable("adjustments")] IDurableMap<Adjustment> adjustments,
    IGrainContext context,
    TimeProvider clock,
    ILogger<StockGrain> logger) : Grain(context), IStockGrain
{
    // At most one entry is added by a commit, so removing two keeps up however many have gathered.
    private const int ForgottenPerCommit = 2;

    private readonly ProductId id = ProductId.FromKey(context.GrainId.Key.ToString()!);
    private readonly FactStream facts = FactStream.OfStock(context.GrainId.Key.ToString()!);
    private readonly Expiries endedReservations = new();
    private readonly Expiries rememberedAdjustments = new();

    private StockState Counters => stock.State ?? StockState.Empty;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var (key, reservation) in reservations.Entries)
        {
            if (reservation.Status != ReservationStatus.Held)
                endedReservations.Add(key, reservation.NotAfter);
        }

        foreach (var (key, adjustment) in adjustments.Entries)
            rememberedAdjustments.Add(key, adjustment.ExpiresAt);
        return Task.CompletedTask;
    }

    public async Task<ReserveStockResult> Reserve(ReserveStock command)
    {
        var (key, now) = (command.Reservation.ToString(), clock.GetUtcNow());
        var (answer, effect) = StockDecider.Reserve(Counters, reservations.Find(key), command, now);
        if (effect is not null)
            await Commit(key, effect, command.Trace, now);
        else if (answer is ReserveStockResult.Refused)
            await stock.WhenDurable(); // Not the last word, and a sold-out product is asked often: no question to the database.
        else
            await stock.ConfirmCurrent();
        if (answer is ReserveStockResult.Held)
            CrashPoints.LineHeld.Reach();
        return answer;
    }

    public async Task<ReleaseStockResult> Release(ReleaseStock command)
    {
        var (key, now) = (command.Reservation.ToString(), clock.GetUtcNow());
        var (answer, effect) = StockDecider.Release(Counters, reservations.Find(key), command, now);
        await (effect is null ? stock.ConfirmCurrent() : Commit(key, effect, command.Trace, now));
        CrashPoints.LineReleased.Reach();
        return answer;
    }

    public async Task<ShipStockResult> Ship(ShipStock command)
    {
        var (key, now) = (command.Reservation.ToString(), clock.GetUtcNow());
        var (answer, effect) = StockDecider.Ship(Counters, reservations.Find(key), command, now);
        await (effect is null ? stock.ConfirmCurrent() : Commit(key, effect, command.Trace, now));
        CrashPoints.LineShipped.Reach();
        if (answer is ShipStockResult.NotHeld)
            LogNotHeld(id, key, command.Trace.CorrelationId);
        return answer;
    }

    public async Task<AdjustStockResult> Adjust(AdjustStock command)
    {
        var (key, now) = (command.Key.Value, clock.GetUtcNow());
        var decision = StockDecider.Adjust(Counters, id, adjustments.Find(key), command, now);
        if (decision is not { Next: { } next, Remembered: { } remembered })
        {
            await stock.ConfirmCurrent();
            if (decision.Answer is AdjustStockResult.Adjusted { Replayed: true })
                ShopMeter.Replayed("adjust");
            return decision.Answer;
        }

        adjustments.Set(key, remembered);
        rememberedAdjustments.Add(key, remembered.ExpiresAt);
        await Commit(next, decision.Fact, command.Trace, now);
        CrashPoints.StockAdjusted.Reach();
        LogAdjusted(id, command.Delta, command.Reason, next.OnHand, command.Trace.CorrelationId);
        return decision.Answer;
    }

    public Task<StockView> Read()
    {
        // Anybody can ask for any name: what does not exist, and is not just being made, gives its memory back.
        if (stock.State is null)
            GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "There is no such stock."));
        return Task.FromResult((stock.DurableState ?? StockState.Empty).View(id));
    }

    private Task Commit(string key, StockEffect effect, TraceContext trace, DateTimeOffset now)
    {
        if (effect.Entry is not { } entry)
        {
            reservations.Remove(key);
        }
        else
        {
            reservations.Set(key, entry);
            if (entry.Status != ReservationStatus.Held)
                endedReservations.Add(key, entry.NotAfter);
        }

        return Commit(effect.Next, effect.Fact, trace, now);
    }

    private Task Commit(StockState next, IStockFact? fact, TraceContext trace, DateTimeOffset now)
    {
        next = Forget(next, now);
        return stock.Commit(next, fact is null ? null : facts.Publish(new Outgoing(), next.Sequence, now, trace, fact));
    }

    private StockState Forget(StockState next, DateTimeOffset now)
    {
        for (var i = 0; i < ForgottenPerCommit && endedReservations.TryTake(now, out var key); i++)
        {
            next = next.Forgetting(reservations.Find(key)?.NotAfter ?? default);
            reservations.Remove(key);
        }

        // A key that was used again after its time is remembered anew, and then is not yet over.
        for (var i = 0; i < ForgottenPerCommit && rememberedAdjustments.TryTake(now, out var key); i++)
        {
            if (adjustments.Find(key) is { } adjustment && now > adjustment.ExpiresAt)
                adjustments.Remove(key);
        }

        return next;
    }
}
