using System.Globalization;

namespace Shop.Values;

/// <summary>An amount in minor units (cents for EUR, yen for JPY) of one ISO 4217 currency. Never a float.</summary>
[GenerateSerializer, Immutable, Alias("shop.money.v1")]
public readonly record struct Money(
    [property: Id(0)] long Amount,
    [property: Id(1)] string Currency)
{
    public static Money Zero(string currency) => new(0, currency);

    /// <exception cref="OverflowException">The product does not fit 64 bits.</exception>
    public Money Times(Quantity quantity) => this with { Amount = checked(Amount * quantity.Value) };

    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    /// <exception cref="OverflowException">The sum does not fit 64 bits.</exception>
    public static Money operator +(Money a, Money b) => a.Currency == b.Currency
        ? a with { Amount = checked(a.Amount + b.Amount) }
        : throw new InvalidOperationException($"Cannot add {b.Currency} to {a.Currency}.");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount} {Currency}");
}
