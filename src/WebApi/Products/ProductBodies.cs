using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Products;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Products;

/// <param name="Active">Whether it can be ordered.</param>
/// <param name="Version">Counts its changes; also its ETag.</param>
internal sealed record ProductBody(string Id, string Name, MoneyBody Price, bool Active, long Version)
{
    public static ProductBody Of(ProductView product) =>
        new(product.ProductId.Value, product.Name, MoneyBody.Of(product.Price), product.Active, product.Version);
}

/// <param name="Data">In the order of their ids.</param>
/// <param name="Next">The cursor of the next page; null on the last.</param>
internal sealed record ProductListBody(ProductBody[] Data, string? Next);

/// <param name="Name">1 to 200 characters.</param>
/// <param name="Price">0 to 10^12 minor units.</param>
internal sealed record PutProductBody(string Name, MoneyBody Price, bool Active);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ProductBody))]
[JsonSerializable(typeof(ProductListBody))]
[JsonSerializable(typeof(PutProductBody))]
internal sealed partial class ProductsJson : JsonSerializerContext;
