using Shop.Hosting.Network;
using Shop.WebApi.Hosting;

namespace Shop.WebApi.Products;

internal static class ProductRoutes
{
    public static void MapProducts(this IEndpointRouteBuilder routes, OpsKey key)
    {
        var products = routes.MapGroup("/v1/products").WithTags("Products");

        products.MapGet("", ReadProductHandlers.List)
            .WithName("listProducts")
            .WithSummary("List products by id, or those whose id or name holds q")
            .Answers<ProductListBody>(200)
            .Refuses(400, 503);

        products.MapGet("/{productId}", ReadProductHandlers.Product)
            .WithName("readProduct")
            .WithSummary("Read a product")
            .Takes(RequestHeaders.IfNoneMatch)
            .Answers<ProductBody>(200, ResponseHeaders.EntityTag)
            .Answers(304, ResponseHeaders.EntityTag)
            .Refuses(404, 503);

        products.MapPut("/{productId}", PutProductHandler.Handle)
            .WithName("putProduct")
            .WithSummary("Create or replace a product")
            .WithDescription("Creating needs no precondition, or If-None-Match: *. Replacing needs If-Match with the version that was read: without one 428, with a stale one 412. Orders keep the price they were placed at.")
            .Takes<PutProductBody>(RequestHeaders.IfMatch, RequestHeaders.IfNoneMatchAny)
            .Answers<ProductBody>(200, ResponseHeaders.EntityTag)
            .Answers<ProductBody>(201, ResponseHeaders.EntityTag, ResponseHeaders.Location)
            .RequireOpsKey(key)
            .Refuses(400, 401, 412, 413, 415, 428, 503);
    }
}
