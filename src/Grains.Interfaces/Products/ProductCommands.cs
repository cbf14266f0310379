using System.Collections.Immutable;
using Shop.Values;

namespace Shop.Products;

/// <param name="ExpectedVersion">The version to replace; 0: only create; null: create, or refuse when it exists.</param>
[GenerateSerializer, Immutable, Alias("shop.put-product.v1")]
public sealed record PutProduct(
    [property: Id(0)] string Name,
    [property: Id(1)] Money Price,
    [property: Id(2)] bool Active,
    [property: Id(3)] long? ExpectedVersion);

[GenerateSerializer, Immutable, Alias("shop.put-product-result")]
public abstract record PutProductResult
{
    private PutProductResult() { }

    [GenerateSerializer, Immutable, Alias("shop.put-product.created")]
    public sealed record Created([property: Id(0)] ProductView Product) : PutProductResult;

    [GenerateSerializer, Immutable, Alias("shop.put-product.replaced")]
    public sealed record Replaced([property: Id(0)] ProductView Product) : PutProductResult;

    /// <summary>The product exists and no version was given.</summary>
    [GenerateSerializer, Immutable, Alias("shop.put-product.version-required")]
    public sealed record VersionRequired([property: Id(0)] long Current) : PutProductResult;

    /// <param name="Current">0 when the product does not exist.</param>
    [GenerateSerializer, Immutable, Alias("shop.put-product.version-mismatch")]
    public sealed record VersionMismatch([property: Id(0)] long Current) : PutProductResult;
}

[GenerateSerializer, Immutable, Alias("shop.product-view.v1")]
public sealed record ProductView(
    [property: Id(0)] ProductId ProductId,
    [property: Id(1)] string Name,
    [property: Id(2)] Money Price,
    [property: Id(3)] bool Active,
    [property: Id(4)] long Version);

/// <param name="More">Whether products follow the last of these.</param>
[GenerateSerializer, Immutable, Alias("shop.product-page.v1")]
public sealed record ProductPage(
    [property: Id(0)] ImmutableArray<ProductView> Products,
    [property: Id(1)] bool More);
