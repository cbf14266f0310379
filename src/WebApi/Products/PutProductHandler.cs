using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Shop.Products;
using Shop.Values;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Products;

/// <summary>PUT /v1/products/{productId}: create or replace, guarded by the version the client has seen.</summary>
internal static class PutProductHandler
{
    private const long Never = -1;

    public static async Task<IResult> Handle(string productId, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        if (!ProductId.TryParse(productId, out var id))
        {
            return Problem.Validation("A product id is 1 to 64 lower-case letters, digits, hyphens, underscores and dots, starting with a letter or digit.");
        }

        var precondition = EntityTags.PreconditionOf(http.Request);
        if (precondition is Precondition.Malformed malformed)
        {
            return Problem.Validation(malformed.Detail);
        }

        if ((await JsonBody.Read<ProductRequest>(http.Request, ProductRequest.Read)).Failed(out var problem, out var request))
        {
            return problem;
        }

        var product = grains.GetGrain<IProductGrain>(id.Key);
        long? expected = precondition switch
        {
            Precondition.None => null,
            Precondition.OnlyCreate => 0,
            Precondition.OneOf { Versions: [var version] } => version,
            Precondition.OneOf or Precondition.AnyVersion => await Current(product, precondition, calls, http),
            _ => throw new UnreachableException(),
        };
        if (expected is Never)
        {
            return Stale();
        }

        // Once: a repetition after a lost answer would find its own version and call it stale. The client can look for itself.
        var result = await calls.AskOnce(
            product, new PutProduct(request.Name, request.Price, request.Active, expected),
            static (product, command) => product.Put(command), GrainCalls.Limit, http.RequestAborted);
        return result switch
        {
            PutProductResult.Created created => Stored(http, created.Product, StatusCodes.Status201Created),
            PutProductResult.Replaced replaced => Stored(http, replaced.Product, StatusCodes.Status200OK),
            PutProductResult.VersionRequired required => Required(required.Current),
            PutProductResult.VersionMismatch => Stale(),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The stored version when the client's list holds it; versions start at 1, so <see cref="Never"/> is none.</summary>
    private static async Task<long> Current(IProductGrain product, Precondition precondition, GrainCalls calls, HttpContext http)
    {
        if (precondition is Precondition.OneOf { Versions.Count: 0 })
        {
            return Never;
        }

        var stored = await calls.Ask(product, static product => product.Read(), http.RequestAborted);
        return stored is null || (precondition is Precondition.OneOf some && !some.Versions.Contains(stored.Version))
            ? Never
            : stored.Version;
    }

    private static JsonHttpResult<ProductBody> Stored(HttpContext http, ProductView product, int status)
    {
        http.Response.Headers.ETag = EntityTags.Of(product.Version);
        if (status == StatusCodes.Status201Created)
        {
            http.Response.Headers.Location = $"/v1/products/{product.ProductId}";
        }

        return TypedResults.Json(ProductBody.Of(product), ProductsJson.Default.ProductBody, statusCode: status);
    }

    private static Problem Required(long current) => new(
        StatusCodes.Status428PreconditionRequired, ProblemCodes.VersionRequired,
        $"The product exists. Read it, then send If-Match with the version you mean to replace (it is {current} now).");

    private static Problem Stale() => new(
        StatusCodes.Status412PreconditionFailed, ProblemCodes.VersionMismatch,
        "The product is not at the version the request is made for. Read it and decide again.");
}
