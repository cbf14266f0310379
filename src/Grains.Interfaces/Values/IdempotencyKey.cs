namespace Shop.Values;

/// <summary>What a client repeats to say "this is the same request": 1 to 255 visible ASCII characters.</summary>
[GenerateSerializer, Immutable, Alias("shop.idempotency-key.v1")]
public readonly record struct IdempotencyKey([property: Id(0)] string Value)
{
    public const int MaximumLength = 255;

    public static bool TryParse(string? text, out IdempotencyKey key)
    {
        var valid = text is { Length: >= 1 and <= MaximumLength } && text.All(static c => c is > ' ' and <= '~');
        key = valid ? new IdempotencyKey(text!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
