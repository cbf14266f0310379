using System.Text.Json;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>Streams that are far behind the other streams of their reader, as they are stored beside its position.</summary>
internal static class LateStreams
{
    private static readonly Dictionary<string, long> None = [];

    /// <summary>SQL puts the same together.</summary>
    public static string NameOf(string streamNamespace, string streamKey) => $"{streamNamespace}/{streamKey}";

    public static string? ToJson(IReadOnlyDictionary<string, long>? late) => late is null ? null : JsonSerializer.Serialize(late);

    public static bool AreEqual(IReadOnlyDictionary<string, long>? one, IReadOnlyDictionary<string, long>? other)
    {
        (one, other) = (one ?? None, other ?? None);
        return one.Count == other.Count && one.All(late => other.TryGetValue(late.Key, out var id) && id == late.Value);
    }
}
