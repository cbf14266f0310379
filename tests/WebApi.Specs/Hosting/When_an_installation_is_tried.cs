using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.Benches.Load.Machine;
using Shop.WebApi.Hosting;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>By the program itself: the command <c>try-order</c>, which is what <c>helm test</c> runs.</summary>
public sealed class When_an_installation_is_tried(LockedShop shop) : IClassFixture<LockedShop>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private string Url => shop.App.Urls.First();

    [Fact]
    public async Task Should_end_with_a_confirmed_order_as_often_as_it_is_run()
    {
        Assert.Equal(0, await TryOrder.Run([Url], LockedShop.Key, Limit));
        Assert.Equal(0, await TryOrder.Run([Url], LockedShop.Key, Limit));
    }

    [Fact]
    public async Task Should_leave_nothing_for_sale()
    {
        await TryOrder.Run([Url], LockedShop.Key, Limit);

        var product = await shop.Http.GetFromJsonAsync<JsonElement>($"/v1/products/{TryOrder.Product}", TestContext.Current.CancellationToken);
        Assert.False(product.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Should_order_what_is_for_sale_without_the_key()
    {
        // First in the list, whatever else the shop sells.
        await Merchant(HttpMethod.Put, "/v1/products/0-tea", new { name = "Tea", price = new { amount = 100, currency = "EUR" }, active = true });
        await Merchant(HttpMethod.Post, "/v1/stock/0-tea/adjustments", new { delta = 3, reason = "receipt" });

        Assert.Equal(0, await TryOrder.Run([Url], null, Limit));
    }

    [Fact]
    public async Task Should_fail_with_a_wrong_key() => Assert.Equal(1, await TryOrder.Run([Url], "not-the-key-of-this-shop", Limit));

    [Fact]
    public async Task Should_fail_when_nobody_answers_in_time() =>
        Assert.Equal(1, await TryOrder.Run([$"http://127.0.0.1:{FreePorts.Take(1)[0]}"], null, TimeSpan.FromMilliseconds(100)));

    [Theory]
    [InlineData]
    [InlineData("shop")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://127.0.0.1:5080", "twice")]
    public async Task Should_say_how_it_is_used(params string[] arguments) => Assert.Equal(2, await TryOrder.Run(arguments, null, Limit));

    private async Task Merchant(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", LockedShop.Key);
        request.Headers.Add("Idempotency-Key", path);
        using var answer = await shop.Http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
