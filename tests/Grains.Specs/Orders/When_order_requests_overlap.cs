using System.Reflection;
using Grains.Specs.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Shop.Orders;
using Shop.Products;
using Shop.Sagas;
using Shop.Values;

namespace Grains.Specs.Orders;

public sealed class When_order_requests_overlap
{
    private static readonly PlaceOrder Command = new(
        new CustomerId("c-42"), "EUR", [new(new("beans"), new(2)), new(new("beans"), new(1))], "tok_ok", "hash", new TraceContext("c-1"));

    private static readonly ProductView Beans = new(new("beans"), "Beans", new Money(1999, "EUR"), true, 1);

    private readonly Activation activation = new("order", "o:6f1c2f9e-8a53-5b0e-9a55-0f5d3a1b2c3d");
    private readonly DurableInMemory<OrderState> stored = new() { OnDemand = true };
    private readonly Products products = new();
    private readonly OrderGrain order;

    public When_order_requests_overlap() => order = new OrderGrain(
        stored, activation.Context, products.Factory, new FakeTimeProvider(), Options.Create(new SagaOptions()), NullLogger<OrderGrain>.Instance);

    [Fact]
    public async Task Should_give_one_order_to_fifty_equal_requests()
    {
        stored.Slow = true;
        var asking = Place(25);
        await activation.Settled();
        products.Pending.ForEach(read => read.SetResult(Beans));
        await activation.Settled();
        var committing = Place(25);
        await activation.Settled();

        Assert.DoesNotContain(asking.Concat(committing), c => c.IsCompleted);
        await activation.Call(() => { stored.Write(); return Task.FromResult(0); });
        var answers = await Task.WhenAll(asking.Concat(committing));

        var placement = Assert.Single(answers.OfType<PlaceOrderResult.Placed>()).Placement;
        Assert.Equal(49, answers.OfType<PlaceOrderResult.Replayed>().Count(r => r.Placement == placement));
        Assert.Equal((1, 1), (stored.Commits.Count, stored.Sent));
        Assert.Equal(3 * 1999, placement.Total.Amount);
        Assert.True(activation.Deactivated);
        Assert.Equal(25, products.Pending.Count);
    }

    [Fact]
    public async Task Should_pass_on_that_the_order_could_not_be_stored()
    {
        stored.Slow = true;
        products.Known(Beans);
        var calls = Place(3);
        await activation.Settled();
        await activation.Call(() => { stored.Fail(); return Task.FromResult(0); });

        foreach (var call in calls)
            await Assert.ThrowsAsync<DurableStateLostException>(() => call);
        Assert.False(activation.Deactivated);
    }

    [Fact]
    public async Task Should_not_refuse_when_its_twin_has_just_placed_the_order()
    {
        stored.Slow = true;
        var refused = Place(1);
        await activation.Settled();
        var placed = Place(1);
        await activation.Settled();

        // The product was put on sale between the two readings; the earlier one is the slower.
        products.Pending[1].SetResult(Beans);
        await activation.Settled();
        products.Pending[0].SetResult(null);
        await activation.Settled();
        await activation.Call(() => { stored.Write(); return Task.FromResult(0); });

        Assert.IsType<PlaceOrderResult.Placed>(await placed[0]);
        Assert.IsType<PlaceOrderResult.Replayed>(await refused[0]);
    }

    [Fact]
    public async Task Should_not_refuse_when_its_twin_places_the_order_while_the_refusal_is_confirmed()
    {
        var confirmed = new TaskCompletionSource();
        stored.Confirming = confirmed.Task;
        products.Known(null);
        var refused = Place(1);
        await activation.Settled();
        products.Known(Beans);
        Assert.IsType<PlaceOrderResult.Placed>(await Place(1)[0]);
        confirmed.SetResult();

        Assert.IsType<PlaceOrderResult.Replayed>(await refused[0]);
    }

    [Fact]
    public async Task Should_neither_refuse_nor_miss_an_order_when_it_is_not_current()
    {
        products.Known(null);
        Assert.IsType<PlaceOrderResult.Refused>(await Place(1)[0]);
        Assert.Null(await activation.Call(order.Read));
        Assert.Equal(2, stored.Confirmations);
        stored.Stale = true;

        await Assert.ThrowsAsync<DurableStateLostException>(() => Place(1)[0]);
        await Assert.ThrowsAsync<DurableStateLostException>(() => activation.Call(order.Read));
        Assert.Empty(stored.Commits);
    }

    [Fact]
    public async Task Should_place_a_new_order_without_reading_it_first()
    {
        products.Known(Beans);

        Assert.IsType<PlaceOrderResult.Placed>(await Place(1)[0]);
        Assert.Equal((0, 1, 1), (stored.Reads, stored.Commits.Count, stored.Sent));
    }

    [Theory]
    [InlineData("hash", typeof(PlaceOrderResult.Replayed))]
    [InlineData("of another", typeof(PlaceOrderResult.Mismatch))]
    public async Task Should_find_out_by_its_insert_that_the_order_was_placed_long_ago(string hash, Type answer)
    {
        products.Known(Beans);
        var placed = Assert.IsType<PlaceOrderResult.Placed>(await Place(1)[0]).Placement;
        var later = new DurableInMemory<OrderState>(new OrderState(placed, "hash")) { OnDemand = true };
        var next = new OrderGrain(
            later, activation.Context, products.Factory, new FakeTimeProvider(), Options.Create(new SagaOptions()), NullLogger<OrderGrain>.Instance);

        Assert.IsType(answer, await activation.Call(() => next.Place(Command with { RequestHash = hash })));
        Assert.Empty(later.Commits);
        Assert.Equal(placed, await activation.Call(next.Read));
        Assert.Equal(1, later.Reads);
    }

    [Fact]
    public async Task Should_place_one_order_when_a_request_comes_while_the_order_is_being_read()
    {
        var read = new TaskCompletionSource();
        stored.Reading = read.Task;
        var reading = activation.Call(order.Read);
        products.Known(Beans);
        var placing = Place(3);
        await activation.Settled();
        Assert.DoesNotContain(placing, c => c.IsCompleted);
        read.SetResult();

        var answers = await Task.WhenAll(placing);
        var placed = Assert.Single(answers.OfType<PlaceOrderResult.Placed>()).Placement;
        Assert.Equal(2, answers.Count(answer => answer is PlaceOrderResult.Replayed replayed && replayed.Placement == placed));
        Assert.Equal((1, 1), (stored.Reads, stored.Commits.Count));
        Assert.True(await reading is null || await reading == placed);
    }

    [Fact]
    public async Task Should_answer_for_an_order_of_long_ago_whose_products_are_not_sold_any_more()
    {
        products.Known(Beans);
        var placed = Assert.IsType<PlaceOrderResult.Placed>(await Place(1)[0]).Placement;
        products.Known(null);
        var next = new OrderGrain(
            new DurableInMemory<OrderState>(new OrderState(placed, "hash")) { OnDemand = true },
            activation.Context, products.Factory, new FakeTimeProvider(), Options.Create(new SagaOptions()), NullLogger<OrderGrain>.Instance);

        Assert.Equal(new PlaceOrderResult.Replayed(placed), await activation.Call(() => next.Place(Command)));
    }

    [Fact]
    public async Task Should_read_what_is_durable()
    {
        products.Known(Beans);
        var placed = Assert.IsType<PlaceOrderResult.Placed>(await Place(1)[0]);

        Assert.Equal(placed.Placement, await activation.Call(order.Read));
        Assert.IsType<PlaceOrderResult.Mismatch>(await activation.Call(() => order.Place(Command with { RequestHash = "other" })));
    }

    private Task<PlaceOrderResult>[] Place(int times) =>
        [.. Enumerable.Range(0, times).Select(_ => activation.Call(() => order.Place(Command)))];

    /// <summary>One product, whose price is known when the spec says so.</summary>
    private sealed class Products : IProductGrain
    {
        private Task<ProductView?>? known;

        public Products()
        {
            Factory = DispatchProxy.Create<IGrainFactory, FactoryProxy>();
            ((FactoryProxy)Factory).Product = this;
        }

        public IGrainFactory Factory { get; }

        public List<TaskCompletionSource<ProductView?>> Pending { get; } = [];

        public void Known(ProductView? product) => known = Task.FromResult(product);

        public Task<ProductView?> Read()
        {
            if (known is not null)
                return known;
            Pending.Add(new());
            return Pending[^1].Task;
        }

        public Task<PutProductResult> Put(PutProduct command) => throw new NotSupportedException();
    }

    public class FactoryProxy : DispatchProxy
    {
        internal IProductGrain? Product { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IGrainFactory.GetGrain) && args![0] is "p:beans" ? Product : throw new NotSupportedException();
    }
}
