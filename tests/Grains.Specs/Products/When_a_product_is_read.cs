using Grains.Specs.Fakes;
using Shop.Products;
using Shop.Values;

namespace Grains.Specs.Products;

public sealed class When_a_product_is_read
{
    private static readonly ProductId Id = new("beans");
    private readonly Activation activation = new("product", Id.Key);

    [Fact]
    public async Task Should_answer_what_is_stored_and_stay()
    {
        var product = new ProductGrain(
            new DurableInMemory<ProductState>(new ProductState("Beans", new Money(1999, "EUR"), true, 4)), activation.Context);

        Assert.Equal(4, (await activation.Call(() => product.Read()))!.Version);
        Assert.False(activation.Deactivated);
    }

    [Fact]
    public async Task Should_say_none_after_asking_the_database_and_give_its_memory_back()
    {
        var stored = new DurableInMemory<ProductState>();
        var product = new ProductGrain(stored, activation.Context);

        Assert.Null(await activation.Call(() => product.Read()));

        Assert.Equal(1, stored.Confirmations);
        Assert.True(activation.Deactivated);
    }

    [Fact]
    public async Task Should_stay_while_the_product_is_being_made()
    {
        var stored = new DurableInMemory<ProductState> { Slow = true };
        var product = new ProductGrain(stored, activation.Context);
        var put = activation.Call(() => product.Put(new PutProduct("Beans", new Money(1999, "EUR"), true, null)));
        var read = activation.Call(() => product.Read());
        await activation.Settled();
        Assert.False(read.IsCompleted);

        await activation.Call(() => { stored.Write(); return Task.FromResult(0); });

        Assert.IsType<PutProductResult.Created>(await put);
        Assert.Equal(1, (await read)!.Version);
        Assert.False(activation.Deactivated);
    }
}
