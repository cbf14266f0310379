namespace Shop.Values;

/// <summary>How many pieces of one product an order line asks for: 1 to 1,000,000.</summary>
[GenerateSerializer, Immutable, Alias("shop.quantity.v1")]
public readonly record struct Quantity([property: Id(0)] int Value)
{
    public const int Maximum = 1_000_000;

    public static bool TryCreate(long value, out Quantity quantity)
    {
        var valid = value is >= 1 and <= Maximum;
        quantity = valid ? new Quantity((int)value) : default;
        return valid;
    }
}
