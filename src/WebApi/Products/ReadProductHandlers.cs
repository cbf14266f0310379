using Shop.Products;
using Shop.Values;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Products;

/// <summary>GET /v1/products and /v1/products/{productId}.</summary>
internal static class ReadProductHandlers
{
    private const int MaximumQueryLength = 200;

    public static async Task<IResult> Product(string productId, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        if (!ProductId.TryParse(productId, out var id)
            || await calls.Ask(
                grains.GetGrain<IProductGrain>(id.Key), static product => product.Read(), http.RequestAborted) is not { } product)
        {
            return ProductProblems.NotFound();
        }

        return EntityTags.ClientHas(http, product.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Json(ProductBody.Of(product), ProductsJson.Default.ProductBody);
    }

    public static async Task<IResult> List(string? q, string? limit, string? cursor, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        if (PageRequest.LimitIsWrong(limit, out var count, out var problem))
        {
            return problem;
        }

        ProductId? after = null;
        if (cursor is not null)
        {
            if (!ProductCursor.TryParse(cursor, out var id))
            {
                return PageRequest.WrongCursor();
            }

            after = id;
        }

        if (q is { Length: > MaximumQueryLength })
        {
            return Problem.Validation($"q must not be longer than {MaximumQueryLength} characters.");
        }

        var page = await calls.Ask(
            grains.GetGrain<ICatalogueGrain>(ICatalogueGrain.Key),
            (Query: string.IsNullOrWhiteSpace(q) ? null : q.Trim(), After: after, Limit: count),
            static (catalogue, ask) => catalogue.List(ask.Query, ask.After, ask.Limit),
            http.RequestAborted);
        var next = page is { More: true, Products: [.., var last] } ? ProductCursor.After(last.ProductId) : null;
        return TypedResults.Json(
            new ProductListBody([.. page.Products.Select(ProductBody.Of)], next), ProductsJson.Default.ProductListBody);
    }
}

internal static class ProductProblems
{
    public static Problem NotFound() => Problem.NotFound("There is no such product.");
}
