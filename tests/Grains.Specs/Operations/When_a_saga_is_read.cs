using Microsoft.Extensions.Time.Testing;
using Shop.Events;
using Shop.Operations;
using Shop.Orders;
using Shop.Sagas;
using Shop.Specs.Sagas;
using static Shop.Sagas.SagaInput;

namespace Grains.Specs.Operations;

public sealed class When_a_saga_is_read
{
    private readonly StoredSagas stored = new();
    private readonly FakeTimeProvider clock = new();

    [Theory]
    [InlineData(SagaStep.Reserving, "Reserve 1, Reserve 2")]
    [InlineData(SagaStep.Authorizing, "LookupAuthorization 1")]
    [InlineData(SagaStep.AwaitingPayment, "")]
    [InlineData(SagaStep.AuthorizationUnknown, "LookupAuthorization 1")]
    [InlineData(SagaStep.Capturing, "LookupCapture 1")]
    [InlineData(SagaStep.CaptureUnknown, "LookupCapture 1")]
    [InlineData(SagaStep.Confirmed, "")]
    [InlineData(SagaStep.Fulfilling, "Ship 1, Ship 2")]
    [InlineData(SagaStep.Compensating, "Release 1, Release 2, Void 1")]
    [InlineData(SagaStep.Completed, "")]
    [InlineData(SagaStep.Cancelled, "")]
    [InlineData(SagaStep.Rejected, "")]
    public async Task Should_show_all_that_is_stored_of_it(SagaStep step, string outstanding)
    {
        var state = Given.In(step).State with { Tries = 3 };
        var id = stored.Add(1, state, state.DueAt, failures: 2);

        var saga = (await Sagas().Read(id))!;

        Assert.Equal((step, state.Status, state.Sequence), (saga.Saga.Step, saga.Saga.Status, saga.Saga.Version));
        Assert.Equal((state.StepSince, state.DueAt, 3), (saga.Saga.Since, saga.Saga.DueAt, saga.Saga.Tries));
        Assert.Equal(state.DueAt is { } at ? new SagaWatchdogView(at, 2) : null, saga.Saga.Watchdog);
        Assert.Equal(outstanding, string.Join(", ", saga.Outstanding.Select(o => $"{o.Operation} {o.Line ?? o.Attempt}")));
        Assert.Equal(state.Lines, saga.Lines.Select(line => line.Status));
        Assert.Equal(state.Placement.Lines.Select(line => (line.Number, line.ProductId, line.Quantity)), saga.Lines.Select(line => (line.Number, line.ProductId, line.Quantity)));
        Assert.Equal(state.Attempts.Select(a => (a.Number, a.Method, a.Status)), saga.Attempts.Select(a => (a.Number, a.Method, a.Status)));
        Assert.IsType<OrderPlaced>(saga.Timeline[0].Fact);
        Assert.Equal(state.Timeline, saga.Timeline[1..]);
        Assert.Equal(state.Timeline[^1].OccurredAt, saga.Saga.UpdatedAt);
    }

    [Fact]
    public async Task Should_show_money_on_its_way_back_and_a_cancellation_that_waits()
    {
        var refunding = stored.Add(1, Given.Refunding().State, clock.GetUtcNow());
        var waiting = stored.Add(2, Given.Capturing().When(Given.Cancel(reason: OrderEndReason.MerchantRequest)).State, clock.GetUtcNow());
        var late = stored.Add(3, Given.Cancelled().When(new Authorized(1)).State, clock.GetUtcNow());

        Assert.Contains((await Sagas().Read(refunding))!.Outstanding, o => o == new OutstandingOperation(SagaOperation.Refund, null, 1));
        Assert.Equal(OrderEndReason.CustomerRequest, (await Sagas().Read(refunding))!.Saga.EndReason);
        Assert.Equal(OrderEndReason.MerchantRequest, (await Sagas().Read(waiting))!.Saga.CancelRequested);
        Assert.Equal([new OutstandingOperation(SagaOperation.Void, null, 1)], (await Sagas().Read(late))!.Outstanding);
    }

    [Fact]
    public async Task Should_show_an_order_whose_saga_has_not_started()
    {
        var startsAt = clock.GetUtcNow() + TimeSpan.FromSeconds(30);
        var id = stored.Add(1, null, startsAt);

        var saga = (await Sagas().Read(id))!;

        Assert.Equal((null, OrderStatus.Placed, 1L), (saga.Saga.Step, saga.Saga.Status, saga.Saga.Version));
        Assert.Equal((startsAt, new SagaWatchdogView(startsAt, 0)), (saga.Saga.DueAt, saga.Saga.Watchdog));
        Assert.All(saga.Lines, line => Assert.Equal(LineStatus.Asked, line.Status));
        Assert.Empty(saga.Outstanding);
        Assert.Single(saga.Timeline);
    }

    [Fact]
    public async Task Should_find_none_of_an_order_that_was_never_placed()
    {
        stored.Add(2, Given.Confirmed().State, clock.GetUtcNow());

        Assert.Null(await Sagas().Read(StoredSagas.Id(1)));
        Assert.Equal(0, stored.Open);
    }

    private SagasGrain Sagas() => new(stored, clock);
}
