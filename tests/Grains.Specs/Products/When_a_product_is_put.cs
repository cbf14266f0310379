using Shop.Products;
using Shop.Values;

namespace Grains.Specs.Products;

public sealed class When_a_product_is_put
{
    private static readonly ProductId Id = new("beans");
    private static readonly ProductState Existing = new("Beans", new Money(1999, "EUR"), true, 4);

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    public void Should_create_it_as_version_1(long? expected)
    {
        var decision = Put(null, expected);

        var product = Assert.IsType<PutProductResult.Created>(decision.Answer).Product;
        Assert.Equal(new ProductView(Id, "New beans", new Money(2100, "EUR"), false, 1), product);
        Assert.Equal(product, decision.Next!.View(Id));
    }

    [Fact]
    public void Should_replace_the_version_that_was_named()
    {
        var decision = Put(Existing, 4);

        var product = Assert.IsType<PutProductResult.Replaced>(decision.Answer).Product;
        Assert.Equal(new ProductView(Id, "New beans", new Money(2100, "EUR"), false, 5), product);
        Assert.Equal(product, decision.Next!.View(Id));
    }

    [Fact]
    public void Should_replace_only_once_when_it_comes_twice()
    {
        var first = Put(Existing, 4);

        var second = Put(first.Next, 4);

        Assert.Equal(new PutProductResult.VersionMismatch(5), second.Answer);
        Assert.Null(second.Next);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(3L)]
    [InlineData(5L)]
    public void Should_refuse_another_version(long expected)
    {
        var decision = Put(Existing, expected);

        Assert.Equal(new PutProductResult.VersionMismatch(4), decision.Answer);
        Assert.Null(decision.Next);
    }

    [Fact]
    public void Should_ask_for_the_version_of_one_that_exists()
    {
        var decision = Put(Existing, null);

        Assert.Equal(new PutProductResult.VersionRequired(4), decision.Answer);
        Assert.Null(decision.Next);
    }

    [Fact]
    public void Should_not_create_one_that_was_expected_to_exist()
    {
        var decision = Put(null, 2);

        Assert.Equal(new PutProductResult.VersionMismatch(0), decision.Answer);
        Assert.Null(decision.Next);
    }

    private static PutDecision Put(ProductState? state, long? expected) =>
        ProductDecider.Put(state, Id, new PutProduct("New beans", new Money(2100, "EUR"), false, expected));
}
