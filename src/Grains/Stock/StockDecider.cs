using Shop.Events;
using Shop.Values;

namespace Shop.Stock;

/// <summary>
/// What happens to one product's stock. Gets the counters and the one reservation (or adjustment) the command names:
/// never all of them, so that a product with 100,000 holds decides as fast as one with ten.
/// </summary>
internal static class StockDecider
{
    /// <summary>What the shop counts to.</summary>
    public const long MaximumOnHand = 1_000_000_000_000;

    /// <summary>How long the key of an adjustment answers the same.</summary>
    public static readonly TimeSpan AdjustmentsRemembered = TimeSpan.FromHours(24);

    public static StockDecision<ReserveStockResult> Reserve(
        StockState state, Reservation? existing, ReserveStock command, DateTimeOffset now)
    {
        if (existing is not null)
            return new(existing.Status == ReservationStatus.Held ? new ReserveStockResult.Held() : new ReserveStockResult.Ended());
        if (now > command.NotAfter || command.NotAfter <= state.ForgottenUntil)
            return new(new ReserveStockResult.TooLate(now > state.ForgottenUntil ? now : state.ForgottenUntil));
        if (state.Available < command.Quantity.Value)
            return new(new ReserveStockResult.Refused(command.Quantity.Value, state.Available));

        var fact = new StockHeld(command.Reservation, command.Quantity);
        return new(
            new ReserveStockResult.Held(),
            new StockEffect(state.Evolve(fact), new Reservation(ReservationStatus.Held, command.Quantity, command.NotAfter), fact));
    }

    public static StockDecision<ReleaseStockResult> Release(
        StockState state, Reservation? existing, ReleaseStock command, DateTimeOffset now)
    {
        switch (existing)
        {
            case { Status: ReservationStatus.Shipped }:
                return new(new ReleaseStockResult.Shipped());
            case { Status: ReservationStatus.Released }:
                return new(new ReleaseStockResult.Released());
            case { Status: ReservationStatus.Held }:
                var fact = new StockReleased(command.Reservation, existing.Quantity);
                return new(new ReleaseStockResult.Released(), Ended(state.Evolve(fact), existing, ReservationStatus.Released, command.NotAfter, now, fact));
            case null when command.NotAfter <= state.ForgottenUntil:
                return new(new ReleaseStockResult.Released());
            default:
                // The Reserve may still be on its way: it must find itself released.
                var tombstone = new Reservation(ReservationStatus.Released, default, command.NotAfter);
                return new(new ReleaseStockResult.Released(), Ended(state, tombstone, ReservationStatus.Released, command.NotAfter, now, null));
        }
    }

    public static StockDecision<ShipStockResult> Ship(
        StockState state, Reservation? existing, ShipStock command, DateTimeOffset now)
    {
        switch (existing)
        {
            case { Status: ReservationStatus.Shipped }:
                return new(new ShipStockResult.Shipped());
            case { Status: ReservationStatus.Held }:
                var fact = new StockShipped(command.Reservation, existing.Quantity);
                return new(new ShipStockResult.Shipped(), Ended(state.Evolve(fact), existing, ReservationStatus.Shipped, command.NotAfter, now, fact));
            default:
                return new(new ShipStockResult.NotHeld());
        }
    }

    public static AdjustDecision Adjust(
        StockState state, ProductId id, Adjustment? remembered, AdjustStock command, DateTimeOffset now)
    {
        if (remembered is not null && now <= remembered.ExpiresAt)
        {
            return remembered.Delta == command.Delta && string.Equals(remembered.Reason, command.Reason, StringComparison.Ordinal)
                ? new AdjustDecision(new AdjustStockResult.Adjusted(remembered.Answer, Replayed: true))
                : new AdjustDecision(new AdjustStockResult.Mismatch());
        }

        if (command.Delta == 0)
            return new AdjustDecision(new AdjustStockResult.Adjusted(state.View(id), Replayed: false));
        if (command.Delta > 0 && command.Delta > MaximumOnHand - state.OnHand)
            return new AdjustDecision(new AdjustStockResult.TooMany());
        if (command.Delta < -state.Available)
            return new AdjustDecision(new AdjustStockResult.Refused(-Math.Max(command.Delta, -long.MaxValue), state.Available));

        var fact = new StockAdjusted(command.Delta, command.Reason);
        var next = state.Evolve(fact);
        var answer = next.View(id);
        return new AdjustDecision(
            new AdjustStockResult.Adjusted(answer, Replayed: false),
            next,
            new Adjustment(command.Delta, command.Reason, answer, now + AdjustmentsRemembered),
            fact);
    }

    /// <summary>
    /// What is kept of a reservation that ends: itself until nobody can ask for it any more, then nothing. Whoever ends it may
    /// give a later NotAfter than the Reserve did, to be answered the same for longer.
    /// </summary>
    private static StockEffect Ended(
        StockState next, Reservation reservation, ReservationStatus status, DateTimeOffset notAfter, DateTimeOffset now, IStockFact? fact)
    {
        var until = notAfter > reservation.NotAfter ? notAfter : reservation.NotAfter;
        return now > until
            ? new StockEffect(next.Forgetting(until), null, fact)
            : new StockEffect(next, reservation with { Status = status, NotAfter = until }, fact);
    }
}
