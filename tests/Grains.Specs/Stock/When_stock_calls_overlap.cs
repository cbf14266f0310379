using Grains.Specs.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Shop.Stock;
using Shop.Values;
using static Grains.Specs.Stock.StockSamples;

namespace Grains.Specs.Stock;

public sealed class When_stock_calls_overlap
{
    private readonly Activation activation = new("stock", Product.Key);
    private readonly DurableInMemory<StockState> counters = new(Ten);
    private readonly MapInMemory<Reservation> reservations = new();
    private readonly MapInMemory<Adjustment> adjustments = new();
    private readonly FakeTimeProvider clock = new(Now);
    private readonly StockGrain stock;

    public When_stock_calls_overlap() => stock = Activate();

    [Fact]
    public async Task Should_promise_each_piece_once_and_say_so_only_when_it_is_durable()
    {
        counters.Slow = true;
        var calls = Enumerable.Range(1, 20).Select(line => activation.Call(() => stock.Reserve(Reserve(1) with { Reservation = Line(line) }))).ToArray();
        await activation.Settled();

        Assert.DoesNotContain(calls, c => c.IsCompleted);
        Assert.Equal(4, (await stock.Read()).Held);
        await activation.Call(() => { counters.Write(); return Task.FromResult(0); });

        var answers = await Task.WhenAll(calls);
        Assert.Equal(6, answers.OfType<ReserveStockResult.Held>().Count());
        Assert.Equal(14, answers.OfType<ReserveStockResult.Refused>().Count(r => r.Available == 0));
        Assert.Equal((6, 6, 0), (counters.Commits.Count, counters.Sent, counters.Confirmations));
        Assert.Equal(new StockView(Product, 10, 10, 2, 13), await stock.Read());
    }

    [Fact]
    public async Task Should_not_refuse_for_a_hold_that_is_lost()
    {
        counters.Slow = true;
        var held = activation.Call(() => stock.Reserve(Reserve(6)));
        var refused = activation.Call(() => stock.Reserve(Reserve(1) with { Reservation = Line(2) }));
        var again = activation.Call(() => stock.Reserve(Reserve(6)));
        await activation.Settled();
        await activation.Call(() => { counters.Fail(); return Task.FromResult(0); });

        await Assert.ThrowsAsync<DurableStateLostException>(() => held);
        await Assert.ThrowsAsync<DurableStateLostException>(() => refused);
        await Assert.ThrowsAsync<DurableStateLostException>(() => again);
    }

    [Fact]
    public async Task Should_end_a_reservation_only_when_it_is_current()
    {
        await activation.Call(() => stock.Release(Release()));
        Assert.IsType<ReserveStockResult.Ended>(await activation.Call(() => stock.Reserve(Reserve(1))));
        Assert.IsType<ShipStockResult.NotHeld>(await activation.Call(() => stock.Ship(Ship())));
        Assert.IsType<ReleaseStockResult.Released>(await activation.Call(() => stock.Release(Release())));
        Assert.IsType<ReserveStockResult.TooLate>(
            await activation.Call(() => stock.Reserve(Reserve(1) with { Reservation = Line(2), NotAfter = Now.AddTicks(-1) })));
        Assert.Equal((1, 0, 4), (counters.Commits.Count, counters.Sent, counters.Confirmations));
        counters.Stale = true;

        await Assert.ThrowsAsync<DurableStateLostException>(() => activation.Call(() => stock.Ship(Ship())));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_forget_what_ended_once_nobody_can_ask_for_it(bool afterRestart)
    {
        await activation.Call(() => stock.Adjust(new AdjustStock(new IdempotencyKey("a"), 100, "receipt", Trace)));
        for (var line = 1; line <= 5; line++)
        {
            var id = Line(line);
            await activation.Call(() => stock.Reserve(Reserve(2) with { Reservation = id }));
            if (line <= 2)
                await activation.Call(() => stock.Release(Release() with { Reservation = id }));
            else if (line <= 4)
                await activation.Call(() => stock.Ship(Ship() with { Reservation = id }));
        }

        Assert.Equal((5, 1), (reservations.Count, adjustments.Count));
        clock.Advance(TimeSpan.FromHours(25));
        var now = afterRestart ? Activate() : stock;
        for (var commit = 0; commit < 3; commit++)
            await activation.Call(() => now.Adjust(new AdjustStock(new IdempotencyKey($"b{commit}"), 1, "receipt", Trace)));

        // What is still held stays, however old.
        Assert.Equal(Line(5).ToString(), Assert.Single(reservations.Entries).Key);
        Assert.Equal(["b0", "b1", "b2"], adjustments.Entries.Select(e => e.Key).Order());
    }

    [Fact]
    public async Task Should_remember_a_key_that_is_used_again_after_its_time()
    {
        var first = new AdjustStock(new IdempotencyKey("a"), 100, "receipt", Trace);
        await activation.Call(() => stock.Adjust(first));
        clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromTicks(1));
        var second = first with { Delta = 5 };

        Assert.Equal(new AdjustStockResult.Adjusted(new StockView(Product, 115, 4, 2, 9), false), await activation.Call(() => stock.Adjust(second)));
        Assert.Equal(new AdjustStockResult.Adjusted(new StockView(Product, 115, 4, 2, 9), true), await activation.Call(() => stock.Adjust(second)));
        Assert.Equal(new AdjustStockResult.Mismatch(), await activation.Call(() => stock.Adjust(first)));
    }

    [Fact]
    public async Task Should_give_its_memory_back_when_asked_for_what_does_not_exist()
    {
        await activation.Call(() => stock.Read());
        Assert.False(activation.Deactivated);
        var stranger = new StockGrain(
            new DurableInMemory<StockState>(), reservations, adjustments, activation.Context, clock, NullLogger<StockGrain>.Instance);

        Assert.Equal(0, (await activation.Call(() => stranger.Read())).Version);

        Assert.True(activation.Deactivated);
    }

    [Fact]
    public async Task Should_stay_while_its_first_receipt_is_being_written()
    {
        var empty = new DurableInMemory<StockState> { Slow = true };
        var fresh = new StockGrain(empty, reservations, adjustments, activation.Context, clock, NullLogger<StockGrain>.Instance);
        var receipt = activation.Call(() => fresh.Adjust(new AdjustStock(new IdempotencyKey("first"), 5, "receipt", Trace)));
        await activation.Settled();

        Assert.Equal(0, (await activation.Call(() => fresh.Read())).OnHand);

        Assert.False(activation.Deactivated);
        await activation.Call(() => { empty.Write(); return Task.FromResult(0); });
        Assert.IsType<AdjustStockResult.Adjusted>(await receipt);
    }

    private static ReservationId Line(int number) => Id with { Line = number };

    private StockGrain Activate()
    {
        var grain = new StockGrain(
            counters, reservations, adjustments, activation.Context, clock, NullLogger<StockGrain>.Instance);
        Assert.True(grain.OnActivateAsync(CancellationToken.None).IsCompletedSuccessfully);
        return grain;
    }
}
