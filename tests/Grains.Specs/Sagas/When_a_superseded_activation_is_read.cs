using Grains.Specs.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Shop.Orders;
using Shop.Sagas;

namespace Shop.Specs.Sagas;

/// <summary>Another activation has gone on with the order, and was the one that the watchdog woke.</summary>
public sealed class When_a_superseded_activation_is_read
{
    private readonly FakeTimeProvider clock = new();
    private readonly Activation activation = new("order-saga", Given.Placement().OrderId.Key);

    public static TheoryData<SagaStep> Steps => Given.StepsWithADeadline;

    [Theory, MemberData(nameof(Steps))]
    public async Task Should_not_tell_for_ever_what_is_over(SagaStep step)
    {
        var stored = new DurableInMemory<SagaState>(Given.In(step).State) { Stale = true };
        var saga = SagaOf(stored, sinceDue: TimeSpan.FromSeconds(11));

        await Assert.ThrowsAsync<DurableStateLostException>(() => activation.Call(saga.Read));
    }

    [Fact]
    public async Task Should_not_tell_the_timeline_either()
    {
        var stored = new DurableInMemory<SagaState>(Given.AwaitingPayment().State) { Stale = true };
        var saga = SagaOf(stored, sinceDue: TimeSpan.FromSeconds(11));

        await Assert.ThrowsAsync<DurableStateLostException>(() => activation.Call(() => saga.Timeline(0)));
    }

    /// <summary>Its start is not stored, so there is nothing that it could fail to store.</summary>
    [Fact]
    public async Task Should_not_tell_for_ever_that_an_order_is_placed()
    {
        var stored = new DurableInMemory<SagaState> { Stale = true };
        stored.Stage(Given.Reserving().State);
        var saga = SagaOf(stored, Given.Placement().PlacedAt, TimeSpan.FromSeconds(11));

        await Assert.ThrowsAsync<DurableStateLostException>(() => activation.Call(saga.Read));
    }

    /// <summary>The database may be slow, and that the reason why orders are overdue.</summary>
    [Fact]
    public async Task Should_not_ask_the_database_each_time()
    {
        var stored = new DurableInMemory<SagaState>(Given.AwaitingPayment().State);
        var saga = SagaOf(stored, TimeSpan.FromSeconds(11));

        for (var reads = 0; reads < 100; reads++)
            await activation.Call(saga.Read);
        Assert.Equal(1, stored.Confirmations);

        clock.Advance(TimeSpan.FromSeconds(10));
        await activation.Call(saga.Read);
        Assert.Equal(2, stored.Confirmations);
    }

    /// <summary>Most orders are read between two deadlines; the watchdog is a second late at times.</summary>
    [Theory]
    [InlineData(-60, 0)]
    [InlineData(2, 0)]
    [InlineData(11, 1)]
    public async Task Should_ask_the_database_only_when_it_is_overdue(int secondsSinceDue, int questions)
    {
        var stored = new DurableInMemory<SagaState>(Given.AwaitingPayment().State);
        var saga = SagaOf(stored, TimeSpan.FromSeconds(secondsSinceDue));

        Assert.Equal(OrderStatus.AwaitingPayment, (await activation.Call(saga.Read))!.Status);
        Assert.Equal(questions, stored.Confirmations);
    }

    private OrderSagaGrain SagaOf(DurableInMemory<SagaState> stored, TimeSpan sinceDue) => SagaOf(stored, stored.State!.DueAt!.Value, sinceDue);

    private OrderSagaGrain SagaOf(DurableInMemory<SagaState> stored, DateTimeOffset dueAt, TimeSpan sinceDue)
    {
        clock.SetUtcNow(dueAt + sinceDue);
        var options = Options.Create(new SagaOptions());
        return new OrderSagaGrain(
            stored, activation.Context, new SagaCommandRunner(null!, options, NullLogger<SagaCommandRunner>.Instance), options,
            clock, NullLogger<OrderSagaGrain>.Instance);
    }
}
