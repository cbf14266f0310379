using Shop.Hosting.Network;
using Shop.WebApi.Hosting;

namespace Shop.WebApi.Stock;

internal static class StockRoutes
{
    public static void MapStock(this IEndpointRouteBuilder routes, OpsKey key)
    {
        var stock = routes.MapGroup("/v1/stock").WithTags("Stock");

        stock.MapGet("/{productId}", StockHandlers.Read)
            .WithName("readStock")
            .WithSummary("Read how many pieces of a product there are")
            .Takes(RequestHeaders.IfNoneMatch)
            .Answers<StockBody>(200, ResponseHeaders.EntityTag)
            .Answers(304, ResponseHeaders.EntityTag)
            .Refuses(404, 503);

        stock.MapPost("/{productId}/adjustments", StockHandlers.Adjust)
            .WithName("adjustStock")
            .WithSummary("Add pieces or take some away")
            .WithDescription("Never below what is held for orders: 409 insufficient-stock then says how many could be taken.")
            .Takes<AdjustmentBody>(RequestHeaders.IdempotencyKey)
            .Answers<StockBody>(200, ResponseHeaders.EntityTag, ResponseHeaders.Replayed)
            .RequireOpsKey(key)
            .Refuses(400, 401, 404, 409, 413, 415, 422, 503);
    }
}
