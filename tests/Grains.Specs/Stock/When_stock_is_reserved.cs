using Shop.Events;
using Shop.Stock;
using Shop.Values;
using static Grains.Specs.Stock.StockSamples;

namespace Grains.Specs.Stock;

public sealed class When_stock_is_reserved
{
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Should_hold_what_is_available(int quantity)
    {
        var (answer, effect) = StockDecider.Reserve(Ten, null, Reserve(quantity), Now);

        Assert.IsType<ReserveStockResult.Held>(answer);
        Assert.Equal(new StockState { OnHand = 10, Held = 4 + quantity, Shipped = 2, Sequence = 8 }, effect!.Next);
        Assert.Equal(new Reservation(ReservationStatus.Held, new Quantity(quantity), NotAfter), effect.Entry);
        Assert.Equal(new StockHeld(Id, new Quantity(quantity)), effect.Fact);
    }

    [Fact]
    public void Should_refuse_more_than_is_available_and_remember_nothing()
    {
        var (answer, effect) = StockDecider.Reserve(Ten, null, Reserve(7), Now);

        Assert.Equal(new ReserveStockResult.Refused(7, 6), answer);
        Assert.Null(effect);
    }

    [Fact]
    public void Should_refuse_a_product_that_was_never_stocked() =>
        Assert.Equal(new ReserveStockResult.Refused(1, 0), StockDecider.Reserve(StockState.Empty, null, Reserve(1), Now).Answer);

    [Theory]
    [InlineData(3)]
    [InlineData(1_000_000)]
    public void Should_hold_once_however_often_it_comes(int quantity)
    {
        var (answer, effect) = StockDecider.Reserve(Ten, A(ReservationStatus.Held), Reserve(quantity), TooLate);

        Assert.IsType<ReserveStockResult.Held>(answer);
        Assert.Null(effect);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Should_find_an_ended_reservation_ended(bool shipped)
    {
        var existing = A(shipped ? ReservationStatus.Shipped : ReservationStatus.Released);

        var (answer, effect) = StockDecider.Reserve(Ten, existing, Reserve(3), Now);

        Assert.IsType<ReserveStockResult.Ended>(answer);
        Assert.Null(effect);
    }

    [Fact]
    public void Should_hold_in_the_last_moment_and_not_after_it()
    {
        Assert.IsType<ReserveStockResult.Held>(StockDecider.Reserve(Ten, null, Reserve(1), NotAfter).Answer);

        var (answer, effect) = StockDecider.Reserve(Ten, null, Reserve(1), TooLate);
        Assert.Equal(new ReserveStockResult.TooLate(TooLate), answer);
        Assert.Null(effect);
    }

    [Fact]
    public void Should_hold_what_came_too_late_when_it_comes_again_under_a_limit_after_the_one_it_was_told()
    {
        var forgotten = Ten.Forgetting(NotAfter);

        var late = Assert.IsType<ReserveStockResult.TooLate>(StockDecider.Reserve(forgotten, null, Reserve(3), Now).Answer);

        Assert.Equal(late, StockDecider.Reserve(forgotten, null, Reserve(3) with { NotAfter = late.Until }, Now).Answer);
        Assert.IsType<ReserveStockResult.Held>(
            StockDecider.Reserve(forgotten, null, Reserve(3) with { NotAfter = late.Until.AddTicks(1) }, Now).Answer);
    }
}
