using Shop.Telemetry;

namespace Grains.Specs.Telemetry;

public class When_open_orders_are_too_many_to_read
{
    [Fact]
    public void Should_be_exact_while_all_are_read() => Assert.Equal([1L, 0, 3], SagaCensusGrain.Scale([1, 0, 3], drawn: 4, open: 4));

    [Fact]
    public void Should_be_exact_for_none() => Assert.Equal([0L, 0], SagaCensusGrain.Scale([0, 0], drawn: 0, open: 0));

    [Fact]
    public void Should_estimate_by_those_that_were_drawn() => Assert.Equal([9_000L, 900, 100], SagaCensusGrain.Scale([1_800, 180, 20], drawn: 2_000, open: 10_000));

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(9_999_999_999)]
    public void Should_be_exact_in_the_sum(long open) => Assert.Equal(open, SagaCensusGrain.Scale([1, 1, 1], drawn: 3, open).Sum());
}
