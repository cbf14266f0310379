using Shop.Values;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Specs.Contract;

/// <summary>Order ids and request hashes are kept for ever: what they are made of must never change.</summary>
public sealed class When_a_request_is_repeated
{
    /// <summary>Computed with another implementation of RFC 9562's UUIDv5.</summary>
    [Fact]
    public void Should_reach_the_order_it_reached_before() =>
        Assert.Equal("5195675e-9d32-50d8-80a6-f084c267ddfc", Bodies.Good().IdFor(new IdempotencyKey("k1")).ToString());

    [Fact]
    public void Should_not_reach_the_order_of_another_key_or_customer()
    {
        static OrderId Id(string customer, string key) =>
            Bodies.Good(Bodies.GoodOrder.Replace("c-42", customer, StringComparison.Ordinal)).IdFor(new IdempotencyKey(key));

        OrderId[] ids = [Id("a", "k"), Id("a", "l"), Id("b", "k"), Id("ab", "c"), Id("a", "bc"), Id("1", "1:1"), Id("11", ":1")];

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void Should_hash_as_it_hashed_in_the_first_version() =>
        Assert.Equal("1a0e43bb2654f5972f1c2e46c663a2841c60aaafe0ae324ca5f27a7dab57a7d8", Bodies.Good().Hash());

    [Fact]
    public void Should_hash_alike_whatever_its_white_space_and_order_of_members()
    {
        var other = Bodies.Good(
            """
            { "payment": { "method": "tok_ok" },
              "items": [ { "quantity": 2, "productId": "espresso\u002dbeans" } ],
              "unknown": 1, "currency": "EUR", "customerId": "c-42" }
            """);

        Assert.Equal(Bodies.Good().Hash(), other.Hash());
    }

    [Theory]
    [InlineData("c-42", "c-43")]
    [InlineData("EUR", "USD")]
    [InlineData("espresso-beans", "espresso-bean")]
    [InlineData("\"quantity\":2", "\"quantity\":3")]
    [InlineData("tok_ok", "tok_declined")]
    [InlineData("[{", "[{\"productId\":\"p\",\"quantity\":1},{")]
    public void Should_hash_differently_when_any_field_differs(string field, string other) =>
        Assert.NotEqual(Bodies.Good().Hash(), Bodies.Good(Bodies.GoodOrder.Replace(field, other, StringComparison.Ordinal)).Hash());

    [Fact]
    public void Should_hash_the_order_of_its_lines()
    {
        const string Two = """{"customerId":"c","currency":"EUR","items":[{"productId":"a","quantity":1},{"productId":"b","quantity":1}],"payment":{"method":"m"}}""";
        const string Swapped = """{"customerId":"c","currency":"EUR","items":[{"productId":"b","quantity":1},{"productId":"a","quantity":1}],"payment":{"method":"m"}}""";

        Assert.NotEqual(Bodies.Good(Two).Hash(), Bodies.Good(Swapped).Hash());
    }

    [Fact]
    public void Should_keep_fields_from_running_into_each_other() =>
        Assert.NotEqual(new RequestHash("k").Add("ab").Add("c").ToString(), new RequestHash("k").Add("a").Add("bc").ToString());
}
