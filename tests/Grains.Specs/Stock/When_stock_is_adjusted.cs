using Shop.Events;
using Shop.Stock;
using Shop.Values;
using static Grains.Specs.Stock.StockSamples;

namespace Grains.Specs.Stock;

public sealed class When_stock_is_adjusted
{
    [Theory]
    [InlineData(100)]
    [InlineData(-6)]
    public void Should_change_what_is_on_hand(long delta)
    {
        var decision = Adjust(Ten, delta);

        var next = Ten with { OnHand = 10 + delta, Sequence = 8 };
        Assert.Equal(new AdjustStockResult.Adjusted(next.View(Product), Replayed: false), decision.Answer);
        Assert.Equal(next, decision.Next);
        Assert.Equal(new StockAdjusted(delta, "receipt"), decision.Fact);
        Assert.Equal(new Adjustment(delta, "receipt", next.View(Product), Now.AddHours(24)), decision.Remembered);
    }

    [Theory]
    [InlineData(-7, 7)]
    [InlineData(long.MinValue, long.MaxValue)]
    public void Should_never_take_away_what_is_held(long delta, long requested)
    {
        var decision = Adjust(Ten, delta);

        Assert.Equal(new AdjustDecision(new AdjustStockResult.Refused(requested, 6)), decision);
    }

    [Theory]
    [InlineData(StockDecider.MaximumOnHand - 9)]
    [InlineData(long.MaxValue)]
    public void Should_not_count_further_than_it_can(long delta) =>
        Assert.Equal(new AdjustDecision(new AdjustStockResult.TooMany()), Adjust(Ten, delta));

    [Fact]
    public void Should_count_as_far_as_it_can() =>
        Assert.Equal(StockDecider.MaximumOnHand, Adjust(Ten, StockDecider.MaximumOnHand - 10).Next!.OnHand);

    [Fact]
    public void Should_answer_the_same_key_with_the_first_answer()
    {
        var first = Adjust(Ten, 100);
        var sinceThen = first.Next! with { OnHand = 50, Sequence = 99 };

        var again = Adjust(sinceThen, 100, remembered: first.Remembered, now: Now.AddHours(24));

        Assert.Equal(new AdjustDecision(((AdjustStockResult.Adjusted)first.Answer) with { Replayed = true }), again);
    }

    [Theory]
    [InlineData(101, "receipt")]
    [InlineData(100, "stocktake")]
    public void Should_tell_another_request_under_the_same_key(long delta, string reason)
    {
        var first = Adjust(Ten, 100);

        Assert.Equal(
            new AdjustDecision(new AdjustStockResult.Mismatch()), Adjust(first.Next!, delta, reason, first.Remembered));
    }

    [Fact]
    public void Should_take_the_key_as_new_after_its_time()
    {
        var first = Adjust(Ten, 100);

        var later = Adjust(first.Next!, -5, "damage", first.Remembered, Now.AddHours(24).AddTicks(1));

        Assert.Equal(105, later.Next!.OnHand);
        Assert.NotNull(later.Remembered);
    }

    [Fact]
    public void Should_do_nothing_for_nothing() =>
        Assert.Equal(new AdjustDecision(new AdjustStockResult.Adjusted(Ten.View(Product), Replayed: false)), Adjust(Ten, 0));

    private static AdjustDecision Adjust(
        StockState state, long delta, string reason = "receipt", Adjustment? remembered = null, DateTimeOffset? now = null) =>
        StockDecider.Adjust(state, Product, remembered, new AdjustStock(new IdempotencyKey("k"), delta, reason, Trace), now ?? Now);
}
