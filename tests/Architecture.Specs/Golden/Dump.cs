using System.Collections;
using System.Globalization;

namespace Architecture.Specs.Golden;

/// <summary>Writes a value as lines <c>path = value</c>: what a person reviews, and what two versions of a type are compared by.</summary>
internal static class Dump
{
    public static IReadOnlyList<string> Of(object value) => [.. Lines("", value)];

    public static string PathOf(string line) => line[..line.IndexOf(" = ", StringComparison.Ordinal)];

    private static IEnumerable<string> Lines(string path, object? value) => value switch
    {
        null => [$"{path} = null"],
        // A default ImmutableArray cannot be gone through.
        IList when value.GetType().GetProperty("IsDefault")?.GetValue(value) is true => [$"{path} = default"],
        IDictionary map => Entries(path, map),
        IEnumerable items and not string => Items(path, items),
        _ when value.GetType().IsSerialized() => Members(path, value),
        _ => [$"{path} = {Leaf(value)}"],
    };

    private static IEnumerable<string> Members(string path, object value)
    {
        // Names the type, also where a member could hold several.
        yield return $"{(path.Length == 0 ? "type" : path)} = {value.GetType().AliasOf()}";
        foreach (var member in SerializedMembers.Of(value.GetType()))
            foreach (var line in Lines(path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Field.GetValue(value)))
                yield return line;
    }

    private static IEnumerable<string> Items(string path, IEnumerable items)
    {
        var list = items.Cast<object?>().ToList();
        return list.SelectMany((item, index) => Lines(string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), item))
            .Append(string.Create(CultureInfo.InvariantCulture, $"{path}.Count = {list.Count}"));
    }

    private static IEnumerable<string> Entries(string path, IDictionary map) => map.Keys.Cast<object>()
        .OrderBy(key => key.ToString(), StringComparer.Ordinal)
        .SelectMany(key => Lines($"{path}[{key}]", map[key]));

    // Enums by number: that is what is written, names may change.
    private static string Leaf(object value) => value switch
    {
        Enum number => number.ToString("D"),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        IFormattable text => text.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
