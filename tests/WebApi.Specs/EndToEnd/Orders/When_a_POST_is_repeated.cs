using System.Net;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Orders;

public class When_a_POST_is_repeated(ShopHost host)
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_place_one_order_however_often_it_comes_at_once()
    {
        var product = await shop.Product(stock: 1000);
        var (json, key) = (Shopper.OrderJson(product, 2), Shopper.NewId("k"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => shop.Post("/v1/orders", json, key)));

        Assert.All(answers, answer => answer.Expect(HttpStatusCode.Created));
        Assert.Equal(49, answers.Count(answer => answer.Replayed));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Single(answers.Select(answer => answer.Header("Location")).Distinct());
        var order = await shop.OrderWhen(answers[0].OrderId, "confirmed");
        Assert.Equal(3998, order.At("payment", "captured").GetInt64());
        Assert.Equal(2, (await shop.Stock(product)).At("held").GetInt64());
    }

    [Fact]
    public async Task Should_get_the_first_answer_again_never_a_later_state()
    {
        var (product, key) = (await shop.Product(stock: 10), Shopper.NewId("k"));
        var json = Shopper.OrderJson(product, 1);
        var first = await shop.Post("/v1/orders", json, key);
        await shop.OrderWhen(first.OrderId, "confirmed");

        var again = await shop.Post("/v1/orders", json, key, ("Prefer", "wait=30"));

        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.True(again.Replayed);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(first.ETag, again.ETag);
        Assert.Equal(first.Header("Location"), again.Header("Location"));
    }

    [Fact]
    public async Task Should_know_the_same_request_in_another_spelling()
    {
        var (product, key) = (await shop.Product(stock: 10), Shopper.NewId("k"));
        var first = (await shop.Post("/v1/orders", Shopper.OrderJson(product, 1), key)).Expect(HttpStatusCode.Created);

        var again = await shop.Post(
            "/v1/orders",
            $$"""{ "payment": {"method": "tok_ok"}, "items": [ {"quantity": 1, "productId": "{{product}}"} ], "currency": "EUR", "customerId": "c-42" }""",
            key);

        Assert.True(again.Expect(HttpStatusCode.Created).Replayed);
        Assert.Equal(first.Text, again.Text);
    }

    [Fact]
    public async Task Should_refuse_another_order_under_the_same_key()
    {
        var (product, key) = (await shop.Product(stock: 10), Shopper.NewId("k"));
        var first = await shop.Order(product, 1, key: key);

        var other = await shop.Post("/v1/orders", Shopper.OrderJson(product, 2), key);

        other.ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency-mismatch");
        Assert.Equal(1, (await shop.Read(first.OrderId)).At("items")[0].GetProperty("quantity").GetInt32());
        Assert.Equal(1, (await shop.Stock(product)).At("held").GetInt64());
    }

    [Fact]
    public async Task Should_keep_the_keys_of_two_customers_apart()
    {
        var (product, key) = (await shop.Product(stock: 10), Shopper.NewId("k"));

        var first = (await shop.Post("/v1/orders", Shopper.OrderJson(product, 1, customer: "ann"), key)).Expect(HttpStatusCode.Created);
        var second = (await shop.Post("/v1/orders", Shopper.OrderJson(product, 1, customer: "bob"), key)).Expect(HttpStatusCode.Created);

        Assert.NotEqual(first.OrderId, second.OrderId);
        Assert.False(second.Replayed);
    }

    [Fact]
    public async Task Should_not_remember_what_was_refused()
    {
        var (product, key) = (await shop.Product(stock: 10, active: false), Shopper.NewId("k"));
        var json = Shopper.OrderJson(product, 1);
        (await shop.Post("/v1/orders", json, key)).ExpectProblem(HttpStatusCode.BadRequest, "validation");
        (await shop.Put($"/v1/products/{product}", Shopper.ProductJson(), ("If-Match", "\"1\""))).Expect(HttpStatusCode.OK);

        var again = (await shop.Post("/v1/orders", json, key)).Expect(HttpStatusCode.Created);

        Assert.False(again.Replayed);
    }
}
