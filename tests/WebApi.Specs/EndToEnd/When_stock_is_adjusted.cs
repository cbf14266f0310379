using System.Net;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd;

public class When_stock_is_adjusted(ShopHost host)
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_start_with_nothing()
    {
        var product = await shop.Product(stock: 0);

        Assert.Equal(
            $$"""{"productId":"{{product}}","onHand":0,"held":0,"available":0,"shipped":0,"version":0}""",
            (await shop.Stock(product)).Text);
    }

    [Fact]
    public async Task Should_add_and_take_away()
    {
        var product = await shop.Product(stock: 100);

        var adjusted = (await Adjust(product, -30)).Expect(HttpStatusCode.OK);

        Assert.Equal($$"""{"productId":"{{product}}","onHand":70,"held":0,"available":70,"shipped":0,"version":2}""", adjusted.Text);
        Assert.Equal("\"2\"", adjusted.ETag);
        Assert.Equal(adjusted.Text, (await shop.Stock(product)).Text);
        (await shop.Get($"/v1/stock/{product}", ("If-None-Match", adjusted.ETag))).Expect(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Should_count_a_repetition_once()
    {
        var (product, key) = (await shop.Product(stock: 10), Shopper.NewId("k"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Adjust(product, 5, key)));

        Assert.All(answers, answer => answer.Expect(HttpStatusCode.OK));
        Assert.Equal(19, answers.Count(answer => answer.Replayed));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Equal(15, (await shop.Stock(product)).At("onHand").GetInt64());
    }

    [Fact]
    public async Task Should_answer_a_repetition_as_before_though_the_stock_has_changed()
    {
        var (product, key) = (await shop.Product(stock: 10), Shopper.NewId("k"));
        var first = await Adjust(product, 5, key);
        await Adjust(product, 1);

        var again = await Adjust(product, 5, key);

        Assert.True(again.Replayed);
        Assert.Equal(first.Text, again.Text);
    }

    [Fact]
    public async Task Should_refuse_another_adjustment_under_the_same_key()
    {
        var (product, key) = (await shop.Product(stock: 10), Shopper.NewId("k"));
        await Adjust(product, 5, key);

        (await Adjust(product, 6, key)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency-mismatch");

        Assert.Equal(15, (await shop.Stock(product)).At("onHand").GetInt64());
    }

    [Fact]
    public async Task Should_never_take_away_what_is_held()
    {
        var product = await shop.Product(stock: 10);
        Assert.Equal("confirmed", (await shop.Order(product, 4)).OrderStatus);

        var problem = (await Adjust(product, -7)).ExpectProblem(HttpStatusCode.Conflict, "insufficient-stock");

        Assert.Equal((7, 6), (problem.GetProperty("requested").GetInt64(), problem.GetProperty("available").GetInt64()));
        Assert.Equal(10, (await shop.Stock(product)).At("onHand").GetInt64());
        Assert.Equal(0, (await Adjust(product, -6)).Expect(HttpStatusCode.OK).At("available").GetInt64());
    }

    [Fact]
    public async Task Should_refuse_more_than_can_be_counted()
    {
        var product = await shop.Product(stock: 10);

        var problem = (await Adjust(product, 1_000_000_000_000)).ExpectProblem(HttpStatusCode.BadRequest, "validation");

        Assert.Equal("#/delta", problem.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Equal(10, (await shop.Stock(product)).At("onHand").GetInt64());
    }

    [Theory]
    [InlineData("no-such-product")]
    [InlineData("UPPER")]
    public async Task Should_not_keep_stock_of_what_is_no_product(string product)
    {
        (await Adjust(product, 5)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await shop.Get($"/v1/stock/{product}")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("""{"delta":0,"reason":"receipt"}""")]
    [InlineData("""{"delta":1.5,"reason":"receipt"}""")]
    [InlineData("""{"delta":1e30,"reason":"receipt"}""")]
    [InlineData("""{"delta":5}""")]
    [InlineData("[5]")]
    public async Task Should_refuse_what_is_no_adjustment(string json)
    {
        var product = await shop.Product(stock: 10);

        (await shop.Post($"/v1/stock/{product}/adjustments", json, Shopper.NewId("k"))).ExpectProblem(HttpStatusCode.BadRequest, "validation");
        (await shop.Post($"/v1/stock/{product}/adjustments", """{"delta":5,"reason":"receipt"}""", null)).ExpectProblem(HttpStatusCode.BadRequest, "validation");

        Assert.Equal(1, (await shop.Stock(product)).At("version").GetInt64());
    }

    private Task<Answer> Adjust(string product, long delta, string? key = null) =>
        shop.Post($"/v1/stock/{product}/adjustments", $$"""{"delta":{{delta}},"reason":"stocktake"}""", key ?? Shopper.NewId("k"));
}
