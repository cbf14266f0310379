using System.Globalization;

namespace Shop.Benches.Micro.Stores;

internal static class BenchRow
{
    /// <summary>No key that a provider could take for a number.</summary>
    public static string Key(int row) => string.Create(CultureInfo.InvariantCulture, $"row-{row:D6}");
}
