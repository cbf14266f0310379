using Microsoft.Extensions.Time.Testing;
using Shop.Operations;
using Shop.Orders;
using Shop.Sagas;
using Shop.Specs.Sagas;
using Shop.Values;

namespace Grains.Specs.Operations;

public sealed class When_sagas_are_listed
{
    private readonly StoredSagas stored = new();
    private readonly FakeTimeProvider clock = new();

    private DateTimeOffset Now => clock.GetUtcNow();

    private DateTimeOffset Soon => Now + TimeSpan.FromSeconds(30);

    private SagasGrain Sagas => new(stored, clock);

    [Fact]
    public async Task Should_know_a_saga_that_does_not_get_on_from_one_that_does()
    {
        var stuck = new List<OrderId>
        {
            stored.Add(1, Given.Compensating().State with { NeedsAttention = true }, Soon),
            stored.Add(2, Given.Capturing().State, Now - TimeSpan.FromSeconds(61)),
            stored.Add(3, Given.Capturing().State, Soon, failures: 5),
            stored.Add(4, null, Now - TimeSpan.FromMinutes(2)),
        };
        var well = new List<OrderId>
        {
            // Its own deadline is over, but it is woken: its row may lag that deadline by up to 5 s, so the row decides.
            stored.Add(5, Given.Compensating().State with { DueAt = Now - TimeSpan.FromHours(1) }, Soon),
            stored.Add(6, Given.Capturing().State, Now - TimeSpan.FromSeconds(60)),
            stored.Add(7, Given.Capturing().State, Soon, failures: 4),
            stored.Add(8, null, Soon),
            stored.Add(9, Given.Cancelled().State, null),
            stored.Add(10, Given.Completed().State, null),
        };

        Assert.Equal(stuck, await List(null, stuck: true));
        Assert.Equal(well, await List(null, stuck: false));
    }

    [Fact]
    public async Task Should_call_stuck_what_nothing_will_ever_wake()
    {
        var lost = stored.Add(1, Given.Confirmed().State, null);

        Assert.True((await Sagas.Read(lost))!.Saga.Stuck);
        Assert.True(Assert.Single((await Sagas.List(new SagaQuery(null, null, null, 50))).Sagas).Stuck);
        // Found by no row, as it has none: the invariants name it.
        Assert.Empty(await List(null, stuck: true));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(OrderStatus.Placed)]
    [InlineData(OrderStatus.Confirmed)]
    [InlineData(OrderStatus.PaymentUnknown)]
    [InlineData(OrderStatus.Cancelled)]
    public async Task Should_find_every_one_whatever_the_page(OrderStatus? status)
    {
        SagaState?[] states =
            [null, Given.Confirmed().State, Given.CaptureUnknown().State, Given.AuthorizationUnknown().State, Given.Cancelled().State, Given.Completed().State];
        for (var i = 0; i < 60; i++)
            stored.Add(i, states[i % states.Length], states[i % states.Length] is { IsFinal: true } ? null : Soon);
        stored.Arm(GrainId.Create("order-saga", StoredSagas.Id(7).Key), "another", Soon);
        stored.Arm(GrainId.Create("order-sagas", StoredSagas.Id(1).Key), SagaSchedules.Watchdog, Soon);
        stored.Arm(GrainId.Create("ant", "o:1"), SagaSchedules.Watchdog, Soon);

        var expected = Enumerable.Range(0, 60).Where(i => status is null || (states[i % states.Length]?.Status ?? OrderStatus.Placed) == status).Select(StoredSagas.Id);
        foreach (var limit in (int[])[1, 2, 7, 60, 200])
            Assert.Equal(expected, await List(status, stuck: null, limit));
        Assert.Equal(0, stored.Open);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, true)]
    [InlineData(null, false)]
    [InlineData(OrderStatus.Confirmed, null)]
    [InlineData(OrderStatus.Cancelled, null)]
    [InlineData(OrderStatus.Cancelled, true)]
    public async Task Should_read_a_bounded_number_of_rows_for_a_page_however_few_match(OrderStatus? status, bool? stuck)
    {
        var fulfilling = Given.Fulfilling().State;
        for (var i = 0; i < 3000; i++)
            stored.Add(i, fulfilling, Soon);
        var pages = 0;

        for (OrderId? after = null; ;)
        {
            stored.Read = 0;
            var page = await Sagas.List(new SagaQuery(status, stuck, after, 50));
            Assert.InRange(stored.Read, 0, 1600);
            Assert.True(page.Sagas.Length <= 50);
            pages++;
            if (page.Next is not { } next)
                break;
            after = next;
        }

        Assert.InRange(pages, 6, 61);
    }

    [Fact]
    public async Task Should_find_what_is_open_without_looking_at_what_has_ended()
    {
        var completed = Given.Completed().State;
        for (var i = 0; i < 5000; i++)
            stored.Add(i, completed, null);
        var open = stored.Add(5000, Given.Confirmed().State, Soon);

        var page = await Sagas.List(new SagaQuery(OrderStatus.Confirmed, null, null, 50));

        Assert.Equal((open, null), (Assert.Single(page.Sagas).OrderId, page.Next));
        Assert.InRange(stored.Read, 1, 10);
    }

    [Fact]
    public async Task Should_not_step_over_the_rows_of_others()
    {
        for (var i = 0; i < 1000; i++)
        {
            stored.AddForeign($"{StoredSagas.Id(i)}:auth:1");
            stored.AddForeign($"p:p{i}");
        }

        stored.Add(1, Given.Confirmed().State, Soon);

        Assert.Single(await List(null, stuck: null));
        Assert.InRange(stored.Read, 1, 10);
    }

    [Fact]
    public async Task Should_go_on_past_rows_whose_order_is_gone()
    {
        for (var i = 0; i < 1200; i++)
            stored.Arm(SagaSchedules.Target(StoredSagas.Id(i).Key), SagaSchedules.Watchdog, Soon);
        var order = stored.Add(2000, Given.Confirmed().State, Soon);

        Assert.Equal([order], await List(OrderStatus.Confirmed, stuck: null));
    }

    private async Task<List<OrderId>> List(OrderStatus? status, bool? stuck, int limit = 200)
    {
        var all = new List<OrderId>();
        for (OrderId? after = null; ;)
        {
            var page = await Sagas.List(new SagaQuery(status, stuck, after, limit));
            all.AddRange(page.Sagas.Select(saga => saga.OrderId));
            if (page.Next is not { } next)
                return all;
            Assert.True(after is null || string.CompareOrdinal(next.Key, after.Value.Key) > 0);
            after = next;
        }
    }
}
