using System.Globalization;
using System.Text.Json;

namespace Shop.Benches.Load.Machine;

/// <summary>Keeps a result: for people, and as JSON for comparisons.</summary>
internal static class ResultFiles
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <returns>The names of the files, without their folder.</returns>
    public static async Task<IReadOnlyList<string>> Write<T>(
        string workload, DateTimeOffset date, T result, string markdown, string directory, CancellationToken cancel)
    {
        Directory.CreateDirectory(directory);
        var name = string.Create(CultureInfo.InvariantCulture, $"{workload}-{date:yyyyMMdd'T'HHmmss}");
        await File.WriteAllTextAsync(Path.Combine(directory, name + ".json"), JsonSerializer.Serialize(result, Indented) + "\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(directory, name + ".md"), markdown, cancel);
        return [name + ".json", name + ".md"];
    }
}
