using System.Net;
using Shop.Sagas;
using Shop.Values;
using Shop.WebApi.Orders;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Sagas;

/// <summary>An order of two pieces that has been led to a step over HTTP and stays there; see <see cref="SteadyShop"/>.</summary>
internal sealed class ParkedOrder
{
    private readonly Shopper shop;
    private readonly string key = Shopper.NewId("k");
    private Func<Task> letGo = () => Task.CompletedTask;

    private ParkedOrder(Shopper shop, string product) => (this.shop, Product) = (shop, product);

    public string Product { get; }

    /// <summary>Known before the order is placed: it follows from customer and key.</summary>
    public OrderId OrderId => new OrderRequest(new CustomerId("c-42"), "EUR", [], "").IdFor(new IdempotencyKey(key));

    public string Id => OrderId.ToString();

    /// <param name="shop">Where it is ordered.</param>
    /// <param name="step">What it is led to; null: placed, and its saga has not heard of it.</param>
    public static async Task<ParkedOrder> In(Shopper shop, SagaStep? step)
    {
        var order = new ParkedOrder(shop, await shop.Product(stock: 10));
        await order.LeadTo(step);
        await Shopper.Eventually(
            order.Saga, saga => saga.Status == HttpStatusCode.OK && saga.StepIs(step), $"order {order.Id} is parked in {step}");
        return order;
    }

    public async Task<Answer> Saga() => await shop.Get($"/v1/ops/sagas/{Id}");

    public Task<Answer> Read() => shop.Read(Id);

    public Task<Answer> Cancel(string? json = null) => shop.Post($"/v1/orders/{Id}/cancellations", json, Shopper.NewId("k"));

    public Task<Answer> Pay(string method) =>
        shop.Post($"/v1/orders/{Id}/payments", $$$"""{"payment":{"method":"{{{method}}}"}}""", Shopper.NewId("k"));

    public Task<Answer> Retry(string? name = null) =>
        shop.Post($"/v1/ops/sagas/{Id}/retry", name is null ? null : $$"""{"operator":"{{name}}"}""", null);

    /// <summary>What the order was parked by lets it go.</summary>
    public Task LetGo() => letGo();

    public Task<Answer> When(string status) => shop.OrderWhen(Id, status);

    public async Task<(long Held, long Available)> Stock()
    {
        var stock = await shop.Stock(Product);
        return (stock.At("held").GetInt64(), stock.At("available").GetInt64());
    }

    private async Task LeadTo(SagaStep? step)
    {
        switch (step)
        {
            case null:
                Hold(OrderId.Key, "Accept");
                await Place("tok_ok");
                break;
            case SagaStep.Reserving:
                Hold($"p:{Product}", "Reserve");
                await Place("tok_ok");
                break;
            case SagaStep.Authorizing:
                // The second card: that of the first authorization is in memory only, and the order shows as reserving.
                await Place("tok_declined");
                await When("awaiting_payment");
                Hold(OrderId.Key, "Authorize");
                (await Pay("tok_ok")).Expect(HttpStatusCode.Accepted);
                break;
            case SagaStep.AwaitingPayment:
                await Place("tok_declined");
                break;
            case SagaStep.AuthorizationUnknown:
                await Place("tok_timeout");
                letGo = RetryNow;
                break;
            case SagaStep.Capturing:
                Hold(OrderId.Key, "Capture");
                await Place("tok_ok");
                break;
            case SagaStep.CaptureUnknown:
                await Place("tok_capture_timeout");
                letGo = RetryNow;
                break;
            case SagaStep.Confirmed:
                await Place("tok_ok");
                break;
            case SagaStep.Compensating:
                Hold($"p:{Product}", "Release");
                await Place("tok_capture_fails");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, "Nothing parks an order there.");
        }
    }

    private void Hold(string grain, string method)
    {
        var gate = CallGate.Hold(grain, method);
        letGo = () =>
        {
            gate.Open();
            return Task.CompletedTask;
        };
    }

    private async Task RetryNow() => (await Retry()).Expect(HttpStatusCode.Accepted);

    private async Task Place(string method) =>
        (await shop.Post("/v1/orders", Shopper.OrderJson(Product, 2, method), key)).Expect(HttpStatusCode.Created);
}

internal static class SagaAnswers
{
    public static bool StepIs(this Answer saga, SagaStep? step) => saga.At("step").GetString() == step?.Word();

    public static string Word(this SagaStep step) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(step.ToString());

    /// <summary>The types of what happened to it, oldest first.</summary>
    public static string[] Events(this Answer saga) => [.. saga.At("timeline").EnumerateArray().Select(e => e.GetProperty("type").GetString()!)];

    /// <summary>What it waits for, as "operation line-or-attempt".</summary>
    public static string Outstanding(this Answer saga) => string.Join(", ", saga.At("outstanding").EnumerateArray().Select(o =>
        $"{o.GetProperty("operation").GetString()} {(o.TryGetProperty("line", out var line) ? line : o.GetProperty("attempt")).GetInt32()}"));

    public static string Payment(this Answer order)
    {
        var payment = order.At("payment");
        return $"{payment.GetProperty("status").GetString()} {payment.GetProperty("captured").GetInt64()} {payment.GetProperty("refunded").GetInt64()}";
    }

    /// <summary>Why the order ended or is ending; null when it does not.</summary>
    public static string? Reason(this Answer order) => order.At("reason").GetString();
}
