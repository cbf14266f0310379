namespace Shop.Products;

/// <summary>What a listing of products is asked for.</summary>
internal static class CatalogueQuery
{
    /// <param name="query">Part of the id or the name, in any case; null or blank: everything.</param>
    public static bool Matches(ProductView product, string? query) =>
        string.IsNullOrWhiteSpace(query)
        || product.ProductId.Value.Contains(query.Trim(), StringComparison.OrdinalIgnoreCase)
        || product.Name.Contains(query.Trim(), StringComparison.OrdinalIgnoreCase);
}
