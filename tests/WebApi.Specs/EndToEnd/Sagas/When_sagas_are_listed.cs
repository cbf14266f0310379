using System.Net;
using System.Text.Json;
using Shop.Sagas;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Sagas;

[Collection(typeof(InASteadyShop))]
public class When_sagas_are_listed(SteadyShop host)
{
    private readonly Shopper shop = new(host.Http);

    [Theory]
    [InlineData("")]
    [InlineData("state=awaiting_payment")]
    [InlineData("stuck=false")]
    public async Task Should_give_each_once_in_the_order_of_their_ids_whatever_the_page(string query)
    {
        var mine = new List<string>();
        for (var i = 0; i < 5; i++)
            mine.Add((await ParkedOrder.In(shop, SagaStep.AwaitingPayment)).Id);

        var all = await shop.Sagas(query, limit: 200);
        var paged = await shop.Sagas(query, limit: 2);

        Assert.All([all, paged], list => Assert.Equal(list.Select(Id).Distinct().Order(StringComparer.Ordinal), list.Select(Id)));
        // Other specs' orders may come and go between the two.
        Assert.Equal(mine.Order(StringComparer.Ordinal), Mine(all).Select(Id));
        Assert.Equal(Mine(all).Select(saga => saga.GetRawText()), Mine(paged).Select(saga => saga.GetRawText()));

        IEnumerable<JsonElement> Mine(IEnumerable<JsonElement> list) => list.Where(saga => mine.Contains(Id(saga)));
        static string Id(JsonElement saga) => saga.GetProperty("id").GetString()!;
    }

    [Fact]
    public async Task Should_say_that_there_are_no_more()
    {
        var last = await shop.Get("/v1/ops/sagas?state=fulfilling");

        Assert.Equal("""{"data":[],"next":null}""", last.Expect(HttpStatusCode.OK).Text);
    }

    [Theory]
    [InlineData("state=lost", "placed, reserving, authorizing, awaiting_payment, payment_unknown, capturing, confirmed, fulfilling, completed, compensating, cancelled, rejected")]
    [InlineData("state=Placed", "placed, reserving")]
    [InlineData("state=", "placed, reserving")]
    [InlineData("state=1", "placed, reserving")]
    [InlineData("state=placed&state=reserving", "placed, reserving")]
    [InlineData("stuck=yes", "true or false")]
    [InlineData("stuck", "true or false")]
    [InlineData("limit=0", "1 to 200")]
    [InlineData("limit=201", "1 to 200")]
    [InlineData("cursor=x", "earlier page")]
    [InlineData("cursor=YWZ1bm55", "earlier page")]
    public async Task Should_refuse_what_it_does_not_understand_and_say_what_it_would(string query, string hint)
    {
        var problem = (await shop.Get($"/v1/ops/sagas?{query}")).ExpectProblem(HttpStatusCode.BadRequest, "validation");

        Assert.Contains(hint, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("not-an-id")]
    public async Task Should_find_no_saga_of_an_order_that_was_never_placed(string id)
    {
        (await shop.Get($"/v1/ops/sagas/{id}")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await shop.Post($"/v1/ops/sagas/{id}/retry", null, null)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }
}
