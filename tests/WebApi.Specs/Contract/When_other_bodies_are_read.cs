using Shop.Orders;
using Shop.WebApi.Conventions;
using Shop.WebApi.Orders;
using Shop.WebApi.Products;
using Shop.WebApi.Stock;

namespace Shop.WebApi.Specs.Contract;

public sealed class When_other_bodies_are_read
{
    [Theory]
    [InlineData("""{"name":"Beans","price":{"amount":0,"currency":"EUR"},"active":false}""")]
    [InlineData("""{"name":"Käse 🧀","price":{"amount":1000000000000,"currency":"JPY"},"active":true}""")]
    public void Should_take_a_product(string json) => Assert.NotNull(Bodies.Read(json, ProductRequest.Read).Value);

    [Theory]
    [InlineData("{}", "#/name", "#/price", "#/active")]
    [InlineData("""{"name":" ","price":{},"active":"yes"}""", "#/name", "#/price/amount", "#/price/currency", "#/active")]
    [InlineData("""{"name":"a\u0000","price":{"amount":-1,"currency":"EUR"},"active":true}""", "#/name", "#/price/amount")]
    [InlineData("""{"name":"a","price":{"amount":1000000000001,"currency":"EUR"},"active":true}""", "#/price/amount")]
    [InlineData("""{"name":"a","price":{"amount":19.99,"currency":"EUR"},"active":true}""", "#/price/amount")]
    [InlineData("""{"name":"a","price":1999,"active":true}""", "#/price")]
    public void Should_point_at_what_is_wrong_with_a_product(string json, params string[] pointers) =>
        Assert.Equal(pointers, PointersOf(Bodies.Read(json, ProductRequest.Read).Problem));

    [Theory]
    [InlineData("""{"delta":-5,"reason":"damage"}""")]
    [InlineData("""{"delta":1000000000000,"reason":"receipt"}""")]
    public void Should_take_an_adjustment(string json) => Assert.NotNull(Bodies.Read(json, Adjustment.Read).Value);

    [Theory]
    [InlineData("{}", "#/delta", "#/reason")]
    [InlineData("""{"delta":0,"reason":""}""", "#/delta", "#/reason")]
    [InlineData("""{"delta":1.5,"reason":"receipt"}""", "#/delta")]
    [InlineData("""{"delta":1000000000001,"reason":"receipt"}""", "#/delta")]
    [InlineData("""{"delta":-9223372036854775808,"reason":"receipt"}""", "#/delta")]
    [InlineData("""{"delta":1,"reason":"a\nb"}""", "#/reason")]
    public void Should_point_at_what_is_wrong_with_an_adjustment(string json, params string[] pointers) =>
        Assert.Equal(pointers, PointersOf(Bodies.Read(json, Adjustment.Read).Problem));

    [Theory]
    [InlineData("{}", OrderEndReason.CustomerRequest)]
    [InlineData("""{"reason":null}""", OrderEndReason.CustomerRequest)]
    [InlineData("""{"reason":"customer_request"}""", OrderEndReason.CustomerRequest)]
    [InlineData("""{"reason":"merchant_request"}""", OrderEndReason.MerchantRequest)]
    public void Should_know_who_cancels(string json, OrderEndReason reason) =>
        Assert.Equal(reason, Bodies.Read(json, CancelOrderHandler.Read).Value!.Reason);

    [Theory]
    [InlineData("""{"reason":"payment_declined"}""")]
    [InlineData("""{"reason":4}""")]
    public void Should_refuse_reasons_that_are_not_a_clients_to_give(string json) =>
        Assert.Equal(["#/reason"], PointersOf(Bodies.Read(json, CancelOrderHandler.Read).Problem));

    [Fact]
    public void Should_go_on_after_the_product_a_cursor_names()
    {
        Assert.True(Values.ProductId.TryParse(new string('z', 64), out var last));

        Assert.True(ProductCursor.TryParse(ProductCursor.After(last), out var after));
        Assert.Equal(last, after);
    }

    [Theory]
    [InlineData("")]
    [InlineData("!!")]
    [InlineData("espresso-beans")]
    [InlineData("YQ")]
    [InlineData("Yi4u")]
    [InlineData("YVVQUEVS")]
    public void Should_refuse_a_cursor_it_did_not_make(string cursor) => Assert.False(ProductCursor.TryParse(cursor, out _));

    private static IEnumerable<string> PointersOf(Problem? problem) => problem!.Errors!.Select(e => e.Pointer);
}
