using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Shop.Benches.Load.Books;

namespace Shop.Benches.Load.Api;

/// <summary>The shop's HTTP contract as a client sees it. Thread-safe. What the contract does not foresee is thrown with the body.</summary>
internal sealed class ShopApi : IDisposable
{
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    /// <summary>The shop itself gives a check of its books five minutes; a little more, so that its answer is heard.</summary>
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromMinutes(5.5);

    private readonly HttpClient http;
    private readonly HttpClient patient;
    private readonly AuthenticationHeaderValue? merchant;
    private readonly PeerBooks? books;

    /// <param name="url">Of the API.</param>
    /// <param name="timeout">Of a request; none: a minute.</param>
    /// <param name="opsKey">Opens to the merchant what a cluster shuts to everybody else: operations, products, adjustments.</param>
    /// <param name="books">Of a peer, which does not check its own; null: the shop does.</param>
    public ShopApi(Uri url, TimeSpan? timeout = null, string? opsKey = null, PeerBooks? books = null)
    {
        (Url, this.books) = (url, books);
        var connections = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) };
        http = new HttpClient(connections) { BaseAddress = url, Timeout = timeout ?? TimeSpan.FromSeconds(60) };
        patient = new HttpClient(connections, disposeHandler: false) { BaseAddress = url, Timeout = CheckTimeout };
        merchant = opsKey is null ? null : new AuthenticationHeaderValue("Bearer", opsKey);
        patient.DefaultRequestHeaders.Authorization = merchant;
    }

    public Uri Url { get; }

    public async Task<bool> IsReady(CancellationToken cancel)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (IsNoAnswer(fault, cancel))
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a call failed on the way, or the shop could not say: it may or may not have done what was asked. A refusal (4xx) is an answer.
    /// </summary>
    public static bool IsNoAnswer(Exception fault, CancellationToken cancel) =>
        fault is HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError } or IOException || (fault is TaskCanceledException && !cancel.IsCancellationRequested);

    public async Task PutProduct(string productId, long price, CancellationToken cancel)
    {
        var body = new { name = productId, price = new { amount = price, currency = OrderRequest.Currency }, active = true };
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/products/{productId}") { Content = JsonContent.Create(body) };
        request.Headers.Authorization = merchant;
        using var answer = await http.SendAsync(request, cancel);
        // It is there already, from a request whose answer got lost. At another price, every total of its orders would show it.
        if (answer.StatusCode != HttpStatusCode.PreconditionRequired)
            await Require(answer, $"PUT product {productId}", cancel);
    }

    /// <summary>Adds pieces to a product's stock; repeating it under the same key adds them once.</summary>
    public async Task Receive(string productId, long pieces, string key, CancellationToken cancel)
    {
        using var request = Post($"/v1/stock/{productId}/adjustments", key, JsonContent.Create(new { delta = pieces, reason = "receipt" }));
        request.Headers.Authorization = merchant;
        using var answer = await http.SendAsync(request, cancel);
        await Require(answer, $"adjust stock of {productId}", cancel);
    }

    /// <param name="order">What to order.</param>
    /// <param name="waitSeconds">How long the shop may hold the answer back for an outcome; 0: not at all.</param>
    /// <param name="cancel">Gives up; what the shop did with the request is then unknown.</param>
    public async Task<PlaceAnswer> Place(OrderRequest order, int waitSeconds, CancellationToken cancel)
    {
        using var request = Post("/v1/orders", order.Key, new StringContent(order.ToJson(), Encoding.UTF8, "application/json"));
        if (waitSeconds > 0)
            request.Headers.Add("Prefer", string.Create(CultureInfo.InvariantCulture, $"wait={waitSeconds}"));
        using var answer = await http.SendAsync(request, cancel);
        var replayed = answer.Headers.TryGetValues("Idempotency-Replayed", out var values) && values.Contains("true");
        var body = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode
            ? new PlaceAnswer((int)answer.StatusCode, Parse<OrderAnswer>(body, "order"), replayed, null)
            : new PlaceAnswer((int)answer.StatusCode, null, replayed, CodeOf(body));
    }

    /// <summary>The order, or null when the shop does not know it.</summary>
    public async Task<OrderAnswer?> Read(string orderId, CancellationToken cancel)
    {
        using var answer = await http.GetAsync(new Uri($"/v1/orders/{orderId}", UriKind.Relative), cancel);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        return Parse<OrderAnswer>(await Require(answer, $"read order {orderId}", cancel), "order");
    }

    public async Task<CancelAnswer> Cancel(string orderId, string key, CancellationToken cancel)
    {
        using var request = Post($"/v1/orders/{orderId}/cancellations", key, JsonContent.Create(new { }));
        using var answer = await http.SendAsync(request, cancel);
        return Parse<CancelAnswer>(await Require(answer, $"cancel order {orderId}", cancel), "outcome");
    }

    /// <summary>Gives a declined order another payment method.</summary>
    /// <returns>False: the order does not wait for one any more.</returns>
    public async Task<bool> Pay(string orderId, string method, string key, CancellationToken cancel)
    {
        using var request = Post($"/v1/orders/{orderId}/payments", key, JsonContent.Create(new { payment = new { method } }));
        using var answer = await http.SendAsync(request, cancel);
        if (answer.StatusCode == HttpStatusCode.Conflict && CodeOf(await answer.Content.ReadAsStringAsync(cancel)) == "invalid-transition")
            return false;
        await Require(answer, $"pay order {orderId}", cancel);
        return true;
    }

    public async Task<StockAnswer> Stock(string productId, CancellationToken cancel)
    {
        using var answer = await http.GetAsync(new Uri($"/v1/stock/{productId}", UriKind.Relative), cancel);
        return Parse<StockAnswer>(await Require(answer, $"read stock of {productId}", cancel), "stock");
    }

    /// <summary>As of a shop at rest: every event must have arrived at the audit, which comes a moment after all else.</summary>
    public async Task<InvariantsAnswer> Invariants(CancellationToken cancel)
    {
        if (books is not null)
            return await books.Check(cancel);
        using var answer = await patient.GetAsync(new Uri("/v1/ops/invariants?atRest=true", UriKind.Relative), cancel);
        return Parse<InvariantsAnswer>(await Require(answer, "check invariants", cancel), "invariants");
    }

    public void Dispose()
    {
        patient.Dispose();
        http.Dispose();
    }

    private static HttpRequestMessage Post(string path, string key, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private static async Task<string> Require(HttpResponseMessage answer, string what, CancellationToken cancel)
    {
        var body = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode
            ? body
            : throw new HttpRequestException($"{what}: {(int)answer.StatusCode} {body}", null, answer.StatusCode);
    }

    private static T Parse<T>(string body, string what) =>
        JsonSerializer.Deserialize<T>(body, Json) ?? throw new JsonException($"An {what} was expected, got: {body}");

    private static string? CodeOf(string body)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            return problem.RootElement.TryGetProperty("code", out var code) ? code.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
