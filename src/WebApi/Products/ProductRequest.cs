using Shop.Values;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Products;

/// <summary>A well-formed PUT of a product.</summary>
internal sealed record ProductRequest(string Name, Money Price, bool Active)
{
    private const int MaximumNameLength = 200;

    /// <summary>Keeps the total of the largest order well inside 64 bits for every sane price, and names the insane ones early.</summary>
    private const long MaximumPrice = 1_000_000_000_000;

    public static ProductRequest? Read(ObjectReader body)
    {
        var name = Named(body);
        var price = Priced(body);
        var active = body.Flag("active");
        return body.Faults.Any ? null : new ProductRequest(name!, price, active!.Value);
    }

    private static string? Named(ObjectReader body)
    {
        const string Shape = "1 to 200 characters, not only white space, none of them a control character";
        var name = body.Text("name", Shape);
        if (name is not null && (name.Length > MaximumNameLength || string.IsNullOrWhiteSpace(name) || name.Any(char.IsControl)))
        {
            body.Fault("name", $"must be {Shape}");
        }

        return name;
    }

    private static Money Priced(ObjectReader body)
    {
        const string Shape = "minor units: a whole number from 0 to 1000000000000";
        if (body.Object("price") is not { } price)
        {
            return default;
        }

        var amount = price.Integer("amount", Shape);
        if (amount is < 0 or > MaximumPrice)
        {
            price.Fault("amount", $"must be {Shape}");
        }

        return new Money(amount ?? 0, price.Currency("currency") ?? "");
    }
}
