namespace Shop.Values;

/// <summary>
/// Names an order, its saga and its payment: the same id always lands on the same three grains.
/// Derived from account and Idempotency-Key (UUIDv5), so placing twice reaches one order.
/// </summary>
[GenerateSerializer, Immutable, Alias("shop.order-id.v1")]
public readonly record struct OrderId([property: Id(0)] Guid Value)
{
    /// <summary>What every key begins with: all lie after this.</summary>
    public const string KeyPrefix = "o:";

    /// <summary>All keys lie before this: the semicolon is the next character after the colon.</summary>
    public const string PastKeys = "o;";

    /// <summary>The grain key. The prefix keeps it from being mistaken for a number or a hex string.</summary>
    public string Key => $"{KeyPrefix}{Value:D}";

    /// <exception cref="FormatException">Not the key of an order.</exception>
    public static OrderId FromKey(string key) => key.StartsWith(KeyPrefix, StringComparison.Ordinal)
        ? new OrderId(Guid.ParseExact(key.AsSpan(KeyPrefix.Length), "D"))
        : throw new FormatException($"'{key}' is not the key of an order.");

    /// <summary>Reads an id as the HTTP contract writes it: 36 characters, lower case, with hyphens.</summary>
    public static bool TryParse(string? text, out OrderId id)
    {
        var valid = Guid.TryParseExact(text, "D", out var value);
        id = new OrderId(value);
        return valid;
    }

    public override string ToString() => Value.ToString("D");
}
