using Shop.Values;

namespace Shop.Stock;

/// <summary>One entry of the map <c>reservations</c>, keyed by <see cref="ReservationId.ToString"/>.</summary>
/// <param name="Quantity">0 for a tombstone: released before it was ever held.</param>
/// <param name="NotAfter">Once it has ended, it is forgotten after this: a Reserve that comes later is too late without it.</param>
[GenerateSerializer, Immutable, Alias("shop.reservation.v1")]
internal sealed record Reservation(
    [property: Id(0)] ReservationStatus Status,
    [property: Id(1)] Quantity Quantity,
    [property: Id(2)] DateTimeOffset NotAfter);

internal enum ReservationStatus
{
    Held = 1,
    Released = 2,
    Shipped = 3,
}

/// <summary>One entry of the map <c>adjustments</c>, keyed by the idempotency key: the request and its first answer.</summary>
/// <param name="ExpiresAt">When the key may be used again.</param>
[GenerateSerializer, Immutable, Alias("shop.stock-adjustment.v1")]
internal sealed record Adjustment(
    [property: Id(0)] long Delta,
    [property: Id(1)] string Reason,
    [property: Id(2)] StockView Answer,
    [property: Id(3)] DateTimeOffset ExpiresAt);
