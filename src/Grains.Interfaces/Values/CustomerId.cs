namespace Shop.Values;

/// <summary>Names a customer: 1 to 64 visible ASCII characters. In embedded mode it is also the account that idempotency keys belong to.</summary>
[GenerateSerializer, Immutable, Alias("shop.customer-id.v1")]
public readonly record struct CustomerId([property: Id(0)] string Value)
{
    public const int MaximumLength = 64;

    public static bool TryParse(string? text, out CustomerId id)
    {
        var valid = text is { Length: >= 1 and <= MaximumLength } && text.All(static c => c is > ' ' and <= '~');
        id = valid ? new CustomerId(text!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
