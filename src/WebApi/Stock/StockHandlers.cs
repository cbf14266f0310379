using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Shop.Products;
using Shop.Stock;
using Shop.Values;
using Shop.WebApi.Conventions;
using Shop.WebApi.Products;

namespace Shop.WebApi.Stock;

/// <summary>GET /v1/stock/{productId} and POST …/adjustments. Stock belongs to a product: without one there is nothing to count.</summary>
internal static class StockHandlers
{
    public static async Task<IResult> Read(string productId, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        if (!ProductId.TryParse(productId, out var id))
        {
            return ProductProblems.NotFound();
        }

        var stock = await calls.Ask(grains.GetGrain<IStockGrain>(id.Key), static stock => stock.Read(), http.RequestAborted);
        if (stock.Version == 0 && !await Exists(id, http, grains, calls))
        {
            return ProductProblems.NotFound();
        }

        return EntityTags.ClientHas(http, stock.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Json(StockBody.Of(stock), StockJson.Default.StockBody);
    }

    public static async Task<IResult> Adjust(string productId, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        if (RequestKey.Missing(http.Request, out var key, out var keyProblem))
        {
            return keyProblem;
        }

        if ((await JsonBody.Read<Adjustment>(http.Request, Adjustment.Read)).Failed(out var problem, out var request))
        {
            return problem;
        }

        // Products are never deleted, so one that exists now exists when the adjustment is made.
        if (!ProductId.TryParse(productId, out var id) || !await Exists(id, http, grains, calls))
        {
            return ProductProblems.NotFound();
        }

        var result = await calls.Ask(
            grains.GetGrain<IStockGrain>(id.Key),
            new AdjustStock(key, request.Delta, request.Reason, RequestTrace.Of(http)),
            static (stock, command) => stock.Adjust(command),
            http.RequestAborted);
        return result switch
        {
            AdjustStockResult.Adjusted adjusted => Adjusted(http, adjusted),
            AdjustStockResult.Refused refused => Refused(refused),
            AdjustStockResult.TooMany => TooMany(),
            AdjustStockResult.Mismatch => Problem.KeyMismatch(),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<bool> Exists(ProductId id, HttpContext http, IGrainFactory grains, GrainCalls calls) =>
        await calls.Ask(grains.GetGrain<IProductGrain>(id.Key), static product => product.Read(), http.RequestAborted) is not null;

    private static JsonHttpResult<StockBody> Adjusted(HttpContext http, AdjustStockResult.Adjusted adjusted)
    {
        RequestKey.MarkReplayed(http.Response, adjusted.Replayed);
        http.Response.Headers.ETag = EntityTags.Of(adjusted.Stock.Version);
        return TypedResults.Json(StockBody.Of(adjusted.Stock), StockJson.Default.StockBody);
    }

    private static Problem Refused(AdjustStockResult.Refused refused) => new(
        StatusCodes.Status409Conflict, ProblemCodes.InsufficientStock, "That would take away pieces that are held for orders, or are not there.")
    { Requested = refused.Requested, Available = refused.Available };

    private static Problem TooMany()
    {
        var faults = new FieldFaults();
        faults.Add("#/delta", "would bring the pieces on hand above 1000000000000");
        return Problem.Validation(faults);
    }
}
