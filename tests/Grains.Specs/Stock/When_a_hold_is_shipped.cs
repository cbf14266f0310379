using Shop.Events;
using Shop.Stock;
using Shop.Values;
using static Grains.Specs.Stock.StockSamples;

namespace Grains.Specs.Stock;

public sealed class When_a_hold_is_shipped
{
    [Fact]
    public void Should_take_its_pieces_out_of_the_warehouse()
    {
        var (answer, effect) = StockDecider.Ship(Ten, A(ReservationStatus.Held), Ship(), Now);

        Assert.IsType<ShipStockResult.Shipped>(answer);
        Assert.Equal(new StockState { OnHand = 7, Held = 1, Shipped = 5, Sequence = 8 }, effect!.Next);
        Assert.Equal(A(ReservationStatus.Shipped), effect.Entry);
        Assert.Equal(new StockShipped(Id, new Quantity(3)), effect.Fact);
    }

    [Fact]
    public void Should_ship_once_however_often_it_comes()
    {
        var (answer, effect) = StockDecider.Ship(Ten, A(ReservationStatus.Shipped), Ship(), Now);

        Assert.IsType<ShipStockResult.Shipped>(answer);
        Assert.Null(effect);
    }

    [Fact]
    public void Should_not_ship_what_was_released()
    {
        var (answer, effect) = StockDecider.Ship(Ten, A(ReservationStatus.Released), Ship(), Now);

        Assert.IsType<ShipStockResult.NotHeld>(answer);
        Assert.Null(effect);
    }

    [Fact]
    public void Should_not_ship_what_was_never_held()
    {
        var (answer, effect) = StockDecider.Ship(Ten, null, Ship(), Now);

        Assert.IsType<ShipStockResult.NotHeld>(answer);
        Assert.Null(effect);
    }

    [Fact]
    public void Should_ship_a_hold_whose_reserve_came_long_ago_and_forget_it()
    {
        var (answer, effect) = StockDecider.Ship(Ten, A(ReservationStatus.Held), Ship(), TooLate);

        Assert.IsType<ShipStockResult.Shipped>(answer);
        Assert.Equal(7, effect!.Next.OnHand);
        Assert.Null(effect.Entry);
    }

    [Fact]
    public void Should_remember_it_for_as_long_as_the_shipper_asks()
    {
        var later = TooLate.AddHours(1);

        var effect = StockDecider.Ship(Ten, A(ReservationStatus.Held), Ship(later), TooLate).Effect;

        Assert.Equal(new Reservation(ReservationStatus.Shipped, new Quantity(3), later), effect!.Entry);
    }
}
