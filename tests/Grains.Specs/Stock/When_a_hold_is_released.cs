using Shop.Events;
using Shop.Stock;
using Shop.Values;
using static Grains.Specs.Stock.StockSamples;

namespace Grains.Specs.Stock;

public sealed class When_a_hold_is_released
{
    [Fact]
    public void Should_make_its_pieces_available_and_remember_it()
    {
        var (answer, effect) = StockDecider.Release(Ten, A(ReservationStatus.Held), Release(), Now);

        Assert.IsType<ReleaseStockResult.Released>(answer);
        Assert.Equal(Ten with { Held = 1, Sequence = 8 }, effect!.Next);
        Assert.Equal(A(ReservationStatus.Released), effect.Entry);
        Assert.Equal(new StockReleased(Id, new Quantity(3)), effect.Fact);
    }

    [Fact]
    public void Should_forget_it_at_once_when_nobody_can_reserve_it_any_more()
    {
        var (answer, effect) = StockDecider.Release(Ten, A(ReservationStatus.Held), Release(), TooLate);

        Assert.IsType<ReleaseStockResult.Released>(answer);
        Assert.Equal(1, effect!.Next.Held);
        Assert.Null(effect.Entry);
        Assert.Equal(new StockReleased(Id, new Quantity(3)), effect.Fact);
    }

    [Fact]
    public void Should_release_once_however_often_it_comes()
    {
        var (answer, effect) = StockDecider.Release(Ten, A(ReservationStatus.Released), Release(), Now);

        Assert.IsType<ReleaseStockResult.Released>(answer);
        Assert.Null(effect);
    }

    [Fact]
    public void Should_not_bring_back_what_has_left()
    {
        var (answer, effect) = StockDecider.Release(Ten, A(ReservationStatus.Shipped), Release(), Now);

        Assert.IsType<ReleaseStockResult.Shipped>(answer);
        Assert.Null(effect);
    }

    [Fact]
    public void Should_leave_a_tombstone_when_it_comes_before_its_reserve()
    {
        var (answer, effect) = StockDecider.Release(Ten, null, Release(), Now);

        Assert.IsType<ReleaseStockResult.Released>(answer);
        Assert.Same(Ten, effect!.Next);
        Assert.Equal(new Reservation(ReservationStatus.Released, default, NotAfter), effect.Entry);
        Assert.Null(effect.Fact);

        var late = StockDecider.Reserve(effect.Next, effect.Entry, Reserve(1), Now);
        Assert.IsType<ReserveStockResult.Ended>(late.Answer);
        Assert.Null(late.Effect);
    }

    [Fact]
    public void Should_leave_no_tombstone_when_its_reserve_would_be_refused_anyway()
    {
        var (answer, effect) = StockDecider.Release(Ten, null, Release(), TooLate);

        Assert.IsType<ReleaseStockResult.Released>(answer);
        Assert.Equal(Ten.Forgetting(NotAfter), effect!.Next);
        Assert.Null(effect.Entry);
        Assert.Null(effect.Fact);
    }

    /// <summary>A product's next activation may be in a process whose clock is behind: what one forgot, the other must not take for new.</summary>
    [Fact]
    public void Should_stay_released_for_a_clock_that_lags_behind_the_one_that_forgot_it()
    {
        var forgotten = StockDecider.Release(Ten, A(ReservationStatus.Held), Release(), TooLate).Effect!.Next;

        Assert.Equal(new ReserveStockResult.TooLate(NotAfter), StockDecider.Reserve(forgotten, null, Reserve(3), Now).Answer);
        Assert.IsType<ReserveStockResult.Held>(StockDecider.Reserve(forgotten, null, Reserve(3) with { NotAfter = TooLate }, Now).Answer);
    }
}
