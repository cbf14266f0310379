using System.Globalization;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Simulation.Machine;

/// <summary>Short names, for people who read a trace.</summary>
internal static class Names
{
    public static OrderId Order(int number) => new(new Guid(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

    public static ProductId Product(int number) => new($"product-{number.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>o3, saga-3, payment-3, stock-1.</summary>
    public static string Of(GrainId id)
    {
        var (type, key) = (id.Type.ToString(), id.Key.ToString()!);
        return type switch
        {
            "order" or "payment" => $"{type}-{Number(key)}",
            SagaSchedules.GrainType => $"saga-{Number(key)}",
            "stock" or "product" => $"{type}-{key[(key.LastIndexOf('-') + 1)..]}",
            _ => id.ToString(),
        };
    }

    /// <summary>The number of an order in its key, or in a key made from it.</summary>
    public static int Number(string key)
    {
        var at = key.StartsWith("o:", StringComparison.Ordinal) ? 2 : 0;
        return int.Parse(key.AsSpan(at, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
