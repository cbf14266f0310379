using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shop.Events;
using Shop.Orders;
using Shop.Sagas;
using Shop.Values;
using Shop.WebApi.Orders;

namespace Shop.WebApi.Specs.Contract;

public sealed class When_a_client_waits_for_the_outcome : IDisposable
{
    private static readonly OrderPlacement Placement = new(
        new OrderId(Guid.Empty), new CustomerId("c"), [], Money.Zero("EUR"), "tok_ok", DateTimeOffset.UnixEpoch, new TraceContext("c"));

    private readonly FakeTimeProvider time = new();
    private readonly StoppableProcess process = new();

    public void Dispose() => process.Dispose();

    [Fact]
    public async Task Should_not_ask_the_saga_unless_the_client_wants_to_wait()
    {
        var saga = new SlowSaga(time, outcomeAfter: TimeSpan.Zero);

        var order = await Wait(saga, prefer: "");

        Assert.Equal((1, OrderStatus.Placed), (order.Version, order.Status));
        Assert.Empty(saga.Limits);
    }

    [Fact]
    public async Task Should_answer_as_soon_as_there_is_an_outcome()
    {
        var saga = new SlowSaga(time, outcomeAfter: TimeSpan.FromSeconds(3));

        var order = await Wait(saga, "wait=30");

        Assert.Equal(OrderStatus.Confirmed, order.Status);
        Assert.Equal([10], saga.Limits);
    }

    [Fact]
    public async Task Should_wait_in_slices_of_ten_seconds()
    {
        var saga = new SlowSaga(time, outcomeAfter: TimeSpan.FromSeconds(22));

        var order = await Wait(saga, "wait=25");

        Assert.Equal(OrderStatus.Confirmed, order.Status);
        Assert.Equal([10, 10, 5], saga.Limits);
    }

    [Fact]
    public async Task Should_answer_with_the_order_as_it_is_when_the_time_is_over()
    {
        var saga = new SlowSaga(time, outcomeAfter: TimeSpan.FromHours(1));

        var order = await Wait(saga, "wait=12");

        Assert.Equal(OrderStatus.Reserving, order.Status);
        Assert.Equal([10, 2], saga.Limits);
    }

    [Fact]
    public async Task Should_answer_with_the_placed_order_when_the_saga_cannot_be_reached()
    {
        var saga = new SlowSaga(time, outcomeAfter: TimeSpan.Zero) { Fault = new TimeoutException() };

        var order = await Wait(saga, "wait=30");

        Assert.Equal((1, OrderStatus.Placed), (order.Version, order.Status));
    }

    [Fact]
    public async Task Should_not_hold_up_a_process_that_ends()
    {
        var saga = new SlowSaga(time, outcomeAfter: TimeSpan.FromHours(1));
        var waiting = For(saga, "wait=30");

        process.StopApplication();

        Assert.Equal(OrderStatus.Placed, (await waiting).Status);
        Assert.Equal([10], saga.Limits);
    }

    private Task<OrderView> For(SlowSaga saga, string prefer)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["Prefer"] = prefer;
        return new OutcomeWait(time, process, NullLogger<OutcomeWait>.Instance).For(http, saga, Placement).AsTask();
    }

    private async Task<OrderView> Wait(SlowSaga saga, string prefer)
    {
        var waiting = For(saga, prefer);
        while (!waiting.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await waiting;
    }

    /// <summary>A saga whose order has its outcome after a while, by the spec's clock.</summary>
    private sealed class SlowSaga(FakeTimeProvider time, TimeSpan outcomeAfter) : IOrderSagaGrain
    {
        private readonly DateTimeOffset outcomeAt = time.GetUtcNow() + outcomeAfter;

        public Exception? Fault { get; init; }

        /// <summary>How long each question was allowed to take, in whole seconds begun.</summary>
        public List<double> Limits { get; } = [];

        public async Task<OrderView?> WaitForOutcome(TimeSpan limit)
        {
            Limits.Add(Math.Ceiling(limit.TotalSeconds));
            if (Fault is not null)
            {
                throw Fault;
            }

            var left = outcomeAt - time.GetUtcNow();
            await new TaskCompletionSource().Task.WaitAsync(left < limit ? left : limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var status = time.GetUtcNow() >= outcomeAt ? OrderStatus.Confirmed : OrderStatus.Reserving;
            return OrderView.Placed(Placement) with { Version = 2, Status = status };
        }

        public Task Accept(ShopEvent orderPlaced) => throw new NotSupportedException();

        public Task<OrderView?> Read() => throw new NotSupportedException();

        public Task<ImmutableArray<TimelineEntry>?> Timeline(long afterSequence) => throw new NotSupportedException();

        public Task<CancelOrderResult> Cancel(CancelOrder command) => throw new NotSupportedException();

        public Task<PayOrderResult> Pay(PayOrder command) => throw new NotSupportedException();

        public Task<RetryOrderResult> Retry(RetryOrder command) => throw new NotSupportedException();
    }

    private sealed class StoppableProcess : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => stopping.Cancel();

        public void Dispose() => stopping.Dispose();
    }
}
