using Shop.Stock;
using Shop.Values;

namespace Grains.Specs.Stock;

internal static class StockSamples
{
    public static readonly ProductId Product = new("beans");
    public static readonly TraceContext Trace = new("c-1");
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset NotAfter = Now.AddMinutes(10);
    public static readonly DateTimeOffset TooLate = NotAfter.AddMilliseconds(1);
    public static readonly ReservationId Id = new(new OrderId(Guid.Parse("6f1c2f9e-8a53-5b0e-9a55-0f5d3a1b2c3d")), 1, 1);

    /// <summary>10 on hand, 4 of them held by others.</summary>
    public static readonly StockState Ten = new() { OnHand = 10, Held = 4, Shipped = 2, Sequence = 7 };

    public static Reservation A(ReservationStatus status, int quantity = 3) => new(status, new Quantity(quantity), NotAfter);

    public static ReserveStock Reserve(int quantity) => new(Id, new Quantity(quantity), NotAfter, Trace);

    public static ReleaseStock Release() => new(Id, NotAfter, Trace);

    public static ShipStock Ship(DateTimeOffset? notAfter = null) => new(Id, notAfter ?? NotAfter, Trace);
}
