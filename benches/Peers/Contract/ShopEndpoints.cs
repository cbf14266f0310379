using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Shop.Benches.Peers.Contract;

/// <summary>What the driver asks of a shop.</summary>
internal interface IShop
{
    Task PutProduct(string productId, long price);

    Task Receive(string productId, long pieces);

    Task<StockView> Stock(string productId);

    /// <returns>When it is durable; false: the key is known.</returns>
    Task<bool> Place(Guid orderId, string customerId, LineBody line);

    Task<OrderView?> Read(Guid orderId);
}

/// <summary>The part of the shop's HTTP contract that bench W1 uses.</summary>
internal static class ShopEndpoints
{
    public static void MapShop(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/ready", () => "ready");
        app.MapPut("/v1/products/{id}", (string id, ProductBody body, IShop shop) => shop.PutProduct(id, body.Price.Amount));
        app.MapPost("/v1/stock/{id}/adjustments", (string id, AdjustmentBody body, IShop shop) => shop.Receive(id, body.Delta));
        app.MapGet("/v1/stock/{id}", (string id, IShop shop) => shop.Stock(id));
        app.MapGet("/v1/orders/{id:guid}", async (Guid id, IShop shop) => await shop.Read(id) is { } order ? Results.Ok(order) : Results.NotFound());
        app.MapPost("/v1/orders", Place);
    }

    private static async Task<IResult> Place(OrderBody body, HttpRequest request, IShop shop, Outcomes outcomes)
    {
        var orderId = OrderIds.Of(request.Headers["Idempotency-Key"].ToString());
        using var outcome = outcomes.Of(orderId, Wait(request.Headers["Prefer"].ToString()));
        if (await shop.Place(orderId, body.CustomerId, body.Items[0]))
            await outcome.Ended;
        return Results.Created($"/v1/orders/{orderId}", outcome.View ?? await shop.Read(orderId));
    }

    // "wait=30", in seconds.
    private static TimeSpan Wait(string prefer) =>
        prefer.StartsWith("wait=", StringComparison.Ordinal) && int.TryParse(prefer.AsSpan(5), CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;
}
