using System.Collections.Frozen;

namespace Shop.Values;

/// <summary>The currencies the shop takes: ISO 4217 codes in upper case.</summary>
public static class Currencies
{
    private static readonly FrozenSet<string> Known = new[]
    {
        "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "INR",
        "JPY", "KRW", "MXN", "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "TRY", "USD", "ZAR",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string? code) => code is not null && Known.Contains(code);
}
