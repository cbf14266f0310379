using System.Globalization;

namespace Shop.Values;

/// <summary>The natural key of one hold: the order, the line's number in it (from 1), and the attempt (from 1).</summary>
[GenerateSerializer, Immutable, Alias("shop.reservation-id.v1")]
public readonly record struct ReservationId(
    [property: Id(0)] OrderId OrderId,
    [property: Id(1)] int Line,
    [property: Id(2)] int Attempt)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{OrderId}:{Line}:{Attempt}");

    /// <exception cref="FormatException">Not written by <see cref="ToString"/>.</exception>
    public static ReservationId Parse(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 3 && OrderId.TryParse(parts[0], out var order)
            ? new ReservationId(order, int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture))
            : throw new FormatException($"'{text}' is not a reservation id.");
    }
}
