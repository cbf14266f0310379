using Shop.Products;
using Shop.Values;

namespace Grains.Specs.Products;

public sealed class When_products_are_searched
{
    private static readonly ProductView Beans = new(new ProductId("espresso-beans"), "Bohnen Größe L", new Money(1, "EUR"), true, 1);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("espresso-beans")]
    [InlineData("PRESSO")]
    [InlineData(" bohnen ")]
    [InlineData("GRÖSSE", false)]
    [InlineData("GRÖßE")]
    [InlineData("tea", false)]
    public void Should_find_parts_of_id_and_name_in_any_case(string? query, bool found = true) =>
        Assert.Equal(found, CatalogueQuery.Matches(Beans, query));
}
