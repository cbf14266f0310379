using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Shop.WebApi.Specs.EndToEnd.Hosting;

/// <summary>A client of the shop that says what a spec wants to say, and nothing about HTTP's ceremony.</summary>
public sealed class Shopper(HttpClient http)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    public static string NewId(string kind) => $"{kind}-{Guid.NewGuid():N}";

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    public Task<Answer> Put(string path, string json, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Put, path, JsonContent(json), headers);

    public Task<Answer> Post(string path, string? json, string? key, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, json is null ? null : JsonContent(json), key is null ? headers : [("Idempotency-Key", key), .. headers]);

    public async Task<Answer> Send(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        return await Answer.Of(response);
    }

    /// <summary>A new product with this much stock; the id.</summary>
    public async Task<string> Product(long stock, long price = 1999, string currency = "EUR", bool active = true)
    {
        var id = NewId("p");
        (await Put($"/v1/products/{id}", ProductJson(price, currency, active))).Expect(HttpStatusCode.Created);
        if (stock > 0)
        {
            (await Post($"/v1/stock/{id}/adjustments", $$"""{"delta":{{stock}},"reason":"receipt"}""", NewId("k"))).Expect(HttpStatusCode.OK);
        }

        return id;
    }

    /// <summary>Places an order and waits for its outcome.</summary>
    public async Task<Answer> Order(string product, int quantity, string method = "tok_ok", string? key = null) =>
        (await Post("/v1/orders", OrderJson(product, quantity, method), key ?? NewId("k"), ("Prefer", "wait=30"))).Expect(HttpStatusCode.Created);

    public Task<Answer> Read(string orderId) => Get($"/v1/orders/{orderId}");

    /// <summary>The order once it has the status.</summary>
    public async Task<Answer> OrderWhen(string orderId, string status) =>
        await Eventually(() => Read(orderId), order => order.Status == HttpStatusCode.OK && order.OrderStatus == status, $"order {orderId} is {status}");

    public async Task<Answer> Stock(string product) => (await Get($"/v1/stock/{product}")).Expect(HttpStatusCode.OK);

    /// <summary>All sagas that match, page by page.</summary>
    public async Task<IReadOnlyList<JsonElement>> Sagas(string query, int limit = 200)
    {
        var all = new List<JsonElement>();
        string? next = null;
        do
        {
            var page = (await Get($"/v1/ops/sagas?limit={limit}&{query}{(next is null ? "" : $"&cursor={next}")}")).Expect(HttpStatusCode.OK);
            all.AddRange(page.At("data").EnumerateArray());
            next = page.At("next").GetString();
        }
        while (next is not null);
        return all;
    }

    /// <summary>The books agree. They are compared at any moment, with other specs' orders under way.</summary>
    public async Task AssertBooks()
    {
        var report = (await Get("/v1/ops/invariants")).Expect(HttpStatusCode.OK);
        Assert.True(report.At("ok").GetBoolean(), report.Text);
    }

    /// <summary>Asks until the answer is as wanted: outcomes arrive when the grains have got there, within <see cref="Patience"/>.</summary>
    public static async Task<Answer> Eventually(Func<Task<Answer>> ask, Func<Answer, bool> wanted, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var ticks = new PeriodicTimer(Interval);
        while (true)
        {
            var answer = await ask();
            if (wanted(answer))
            {
                return answer;
            }

            Assert.False(limit.IsCancellationRequested, $"Not within {Patience}: {what}. Last answer: {answer.Text}");
            await ticks.WaitForNextTickAsync();
        }
    }

    public static string OrderJson(string product, int quantity, string method = "tok_ok", string customer = "c-42", string currency = "EUR") =>
        $$$"""{"customerId":"{{{customer}}}","currency":"{{{currency}}}","items":[{"productId":"{{{product}}}","quantity":{{{quantity}}}}],"payment":{"method":"{{{method}}}"}}""";

    public static string ProductJson(long price = 1999, string currency = "EUR", bool active = true, string name = "Beans") =>
        $$"""{"name":"{{name}}","price":{"amount":{{price}},"currency":"{{currency}}"},"active":{{(active ? "true" : "false")}}}""";

    private static StringContent JsonContent(string json) => new(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
}
