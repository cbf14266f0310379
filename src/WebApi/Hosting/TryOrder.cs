using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Shop.WebApi.Hosting;

/// <summary>
/// The command <c>try-order URL</c>: orders something from the shop at that address and waits until it is confirmed. It shows that an installation works, from its HTTP to its database, its broker and back.
/// </summary>
internal static class TryOrder
{
    public const string Usage = "try-order URL";

    /// <summary>The product it sells to itself; nobody can order it before or afterwards.</summary>
    public const string Product = "try-order";

    /// <summary>Holds the key of the shop, as it does for the shop itself.</summary>
    public const string KeyVariable = "Shop__OpsKey";
    private const int WaitSeconds = 10;
    private static readonly TimeSpan LimitToTidyUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Sold = ["confirmed", "fulfilling", "completed"];
    private static readonly string[] Unsold = ["rejected", "cancelled"];

    /// <param name="arguments">What follows the word try-order: the address of the API.</param>
    /// <param name="key">Opens products and stock. None: a product is ordered that is for sale already.</param>
    /// <param name="limit">How long it may take in all.</param>
    /// <returns>The exit code: 0 when the order was confirmed, 1 when not, 2 when the command cannot be understood.</returns>
    public static async Task<int> Run(string[] arguments, string? key, TimeSpan limit)
    {
        if (arguments is not [var url] || !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync($"Usage: {Usage}, such as http://127.0.0.1:5080. The environment variable {KeyVariable} holds the key of the shop, if it has one.");
            return 2;
        }

        var from = Stopwatch.GetTimestamp();
        using var cancel = new CancellationTokenSource(limit);
        using var http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = key is { Length: > 0 } ? new AuthenticationHeaderValue("Bearer", key) : null;
        try
        {
            var (id, status) = await Order(http, cancel.Token);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Order {id} is {status} after {Stopwatch.GetElapsedTime(from).TotalSeconds:0.0} s."));
            return Sold.Contains(status) ? 0 : 1;
        }
        catch (Exception fault) when (fault is HttpRequestException or TryOrderException or JsonException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"No order was confirmed: {fault.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"No order was confirmed within {limit:c}.");
            return 1;
        }
    }

    private static async Task<(string Id, string Status)> Order(HttpClient http, CancellationToken cancel)
    {
        var attempt = Guid.NewGuid().ToString("N");
        if (http.DefaultRequestHeaders.Authorization is null)
            return await Buy(http, await AnyProduct(http, cancel), attempt, cancel);

        await Offer(http, active: true, cancel);
        try
        {
            using var receipt = await Ask(http, () => Post($"/v1/stock/{Product}/adjustments", attempt, new { delta = 1, reason = "receipt" }), cancel);
            await Read(receipt, "stock could not be received", cancel);
            return await Buy(http, Product, attempt, cancel);
        }
        finally
        {
            await TidyUp(http);
        }
    }

    /// <summary>Also when time is up: the limit is for the order. What becomes of this says nothing about that.</summary>
    private static async Task TidyUp(HttpClient http)
    {
        using var limit = new CancellationTokenSource(LimitToTidyUp);
        try
        {
            await Offer(http, active: false, limit.Token);
        }
        catch (Exception fault) when (fault is HttpRequestException or TryOrderException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"The product {Product} could not be withdrawn and is still for sale.");
        }
    }

    private static async Task<string> AnyProduct(HttpClient http, CancellationToken cancel)
    {
        using var answer = await Ask(http, () => new HttpRequestMessage(HttpMethod.Get, "/v1/products"), cancel);
        var products = await Read(answer, "the products cannot be read", cancel);
        foreach (var product in products.GetProperty("data").EnumerateArray())
        {
            if (product.GetProperty("active").GetBoolean())
                return product.GetProperty("id").GetString()!;
        }

        throw new TryOrderException($"the shop sells nothing. With its key in {KeyVariable} this command brings a product of its own.");
    }

    /// <summary>Another run of this command may do the same: whatever it made of the product will do.</summary>
    private static async Task Offer(HttpClient http, bool active, CancellationToken cancel)
    {
        using var current = await Ask(http, () => new HttpRequestMessage(HttpMethod.Get, $"/v1/products/{Product}"), cancel);
        using var answer = await Ask(http, () =>
        {
            var put = new HttpRequestMessage(HttpMethod.Put, $"/v1/products/{Product}")
            {
                Content = JsonContent.Create(new { name = "Trial of an installation", price = new { amount = 100, currency = "EUR" }, active }),
            };
            if (current.Headers.ETag is { } version)
                put.Headers.IfMatch.Add(version);
            return put;
        }, cancel);
        if (answer.StatusCode is not (HttpStatusCode.PreconditionFailed or HttpStatusCode.PreconditionRequired))
            await Read(answer, "the product could not be offered", cancel);
    }

    private static async Task<(string Id, string Status)> Buy(HttpClient http, string product, string attempt, CancellationToken cancel)
    {
        while (true)
        {
            using var answer = await Ask(http, () =>
            {
                var request = Post("/v1/orders", attempt, new { customerId = "try-order", currency = "EUR", items = new[] { new { productId = product, quantity = 1 } }, payment = new { method = "tok_ok" } });
                request.Headers.Add("Prefer", string.Create(CultureInfo.InvariantCulture, $"wait={WaitSeconds}"));
                return request;
            }, cancel);
            var order = await Read(answer, "the order was refused", cancel);
            var (id, status) = (order.GetProperty("id").GetString()!, order.GetProperty("status").GetString()!);
            // The same key finds the same order: asking again waits on.
            if (Sold.Contains(status) || Unsold.Contains(status))
                return (id, status);
            await Task.Delay(Pause, cancel);
        }
    }

    /// <summary>Again and again while nobody answers, or somebody who cannot: a shop that was just installed may still be getting ready. Every request may be repeated.</summary>
    private static async Task<HttpResponseMessage> Ask(HttpClient http, Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        while (true)
        {
            using var request = make();
            try
            {
                var answer = await http.SendAsync(request, cancel);
                if (answer.StatusCode < HttpStatusCode.InternalServerError)
                    return answer;
                answer.Dispose();
            }
            catch (HttpRequestException)
            {
                // Until the time is over.
            }

            await Task.Delay(Pause, cancel);
        }
    }

    private static HttpRequestMessage Post(string path, string key, object body) => new(HttpMethod.Post, path)
    {
        Content = JsonContent.Create(body),
        Headers = { { "Idempotency-Key", key } },
    };

    private static async Task<JsonElement> Read(HttpResponseMessage answer, string fault, CancellationToken cancel)
    {
        var body = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode ? JsonSerializer.Deserialize<JsonElement>(body) : throw new TryOrderException($"{fault}: {(int)answer.StatusCode} {body}");
    }
}

/// <summary>What the shop answered, in words.</summary>
internal sealed class TryOrderException(string message) : Exception(message);
