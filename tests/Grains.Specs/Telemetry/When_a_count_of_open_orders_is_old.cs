using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shop.Telemetry;

namespace Grains.Specs.Telemetry;

public sealed class When_a_count_of_open_orders_is_old : IAsyncDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly CountedOrders counted = new();
    private readonly SagaCensus census;

    public When_a_count_of_open_orders_is_old() =>
        census = new SagaCensus(counted.Grains, clock, Options.Create(new SagaCensusOptions()), NullLogger<SagaCensus>.Instance);

    [Fact]
    public async Task Should_show_none_rather_than_that()
    {
        await Begin();

        // Somebody looks, and the next count gets no answer for as long as the call may take.
        counted.Answer = null;
        Assert.NotEmpty(SagaGauge.Read());
        clock.Advance(TimeSpan.FromSeconds(15));
        await counted.Asked(2);
        Assert.NotEmpty(SagaGauge.Read());
        clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Empty(SagaGauge.Read());
    }

    [Fact]
    public async Task Should_show_none_when_it_could_not_be_counted_again()
    {
        await Begin();

        counted.Fault = new TimeoutException();
        Assert.NotEmpty(SagaGauge.Read());
        clock.Advance(TimeSpan.FromSeconds(15));

        await CountedOrders.Until(() => !SagaGauge.Read().Any(), "no count is shown");
    }

    [Fact]
    public async Task Should_not_be_counted_again_when_nobody_has_looked_for_minutes()
    {
        await Begin();
        for (var tick = 1; tick <= 60; tick++)
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            if (tick <= 20)
                await counted.Asked(tick + 1);
        }

        Assert.Empty(SagaGauge.Read());
        clock.Advance(TimeSpan.FromSeconds(15));
        await CountedOrders.Until(() => Shown() == counted.Answer, "it is counted again");
        // Five minutes are 20 ticks; the others are the one of the start, and those of who looked.
        Assert.InRange(counted.Asks, 22, 24);
    }

    [Fact]
    public async Task Should_show_a_new_one_to_whoever_looks_every_two_minutes()
    {
        await Begin();
        for (var tick = 1; tick <= 24; tick++)
        {
            counted.Answer = tick;
            clock.Advance(TimeSpan.FromSeconds(15));
            await counted.Asked(tick + 1);
            if (tick % 8 == 0)
                await CountedOrders.Until(() => Shown() == tick, $"{tick} orders are shown");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await census.StopAsync(CancellationToken.None);
        census.Dispose();
    }

    private static long Shown() => SagaGauge.Read().Sum(shown => shown.Value);

    private async Task Begin()
    {
        // Whoever has looked is remembered by the process: a spec before this one may have used that up.
        Assert.NotNull(SagaGauge.Read().ToList());
        await census.StartAsync(TestContext.Current.CancellationToken);
        await counted.Asked(1);
        await CountedOrders.Until(() => Shown() == counted.Answer, "the first count is shown");
    }
}
