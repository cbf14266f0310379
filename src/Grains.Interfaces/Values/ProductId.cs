namespace Shop.Values;

/// <summary>
/// Names a product: 1 to 64 characters, lower-case letters, digits, '-', '_' and '.', starting with a letter or digit.
/// Compared as written: "01" and "1" are two products.
/// </summary>
[GenerateSerializer, Immutable, Alias("shop.product-id.v1")]
public readonly record struct ProductId([property: Id(0)] string Value) : IComparable<ProductId>
{
    public const int MaximumLength = 64;

    /// <summary>What every key begins with: all lie after this.</summary>
    public const string KeyPrefix = "p:";

    /// <summary>All keys lie before this: the semicolon is the next character after the colon.</summary>
    public const string PastKeys = "p;";

    /// <summary>The grain key. The prefix keeps "1", "01" and "cafe" apart in stores that parse numbers.</summary>
    public string Key => KeyPrefix + Value;

    /// <exception cref="FormatException">Not the key of a product.</exception>
    public static ProductId FromKey(string key) => key.StartsWith(KeyPrefix, StringComparison.Ordinal) && TryParse(key[KeyPrefix.Length..], out var id)
        ? id
        : throw new FormatException($"'{key}' is not the key of a product.");

    public static bool TryParse(string? text, out ProductId id)
    {
        var valid = text is { Length: >= 1 and <= MaximumLength } && MayBegin(text[0]) && text.All(MayFollow);
        id = valid ? new ProductId(text!) : default;
        return valid;

        static bool MayBegin(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);

        static bool MayFollow(char c) => MayBegin(c) || c is '-' or '_' or '.';
    }

    public int CompareTo(ProductId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(ProductId a, ProductId b) => a.CompareTo(b) < 0;
    public static bool operator >(ProductId a, ProductId b) => a.CompareTo(b) > 0;
    public static bool operator <=(ProductId a, ProductId b) => a.CompareTo(b) <= 0;
    public static bool operator >=(ProductId a, ProductId b) => a.CompareTo(b) >= 0;

    public override string ToString() => Value;
}
