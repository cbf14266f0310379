using System.Text.RegularExpressions;

namespace Shop.Hosting.Settings;

/// <summary>
/// What is wrong with settings before anybody reads them: names that nothing reads, which would be without effect and without a word, and times in a form that means something else.
/// </summary>
/// <param name="known">The settings there are, by name, in any case.</param>
internal sealed partial class UnknownSettings(IReadOnlyDictionary<string, SettingKind> known)
{
    private static readonly string[] Sections = ["Shop", "Orleans", "ConnectionStrings"];

    /// <summary>What Azure's variables for connection strings bring along.</summary>
    private const string ProviderName = "_ProviderName";

    public IEnumerable<string> Faults(IConfiguration configuration) =>
    [
        .. Sections.SelectMany(section => configuration.GetSection(section).AsEnumerable())
            // Those that have others below them have no value; a variable that is named as the section is somebody else's.
            .Where(setting => setting.Value is { Length: > 0 } && setting.Key.Contains(':', StringComparison.Ordinal))
            .Select(setting => FaultOf(setting.Key, setting.Value!)).OfType<string>(),
        .. configuration.GetChildren().Select(top => FaultOfVariable(top.Key)).OfType<string>(),
    ];

    private string? FaultOf(string key, string value)
    {
        if (KindOf(key) is { } kind)
            return kind == SettingKind.Time && !TimeText.TryRead(value, out _) ? $"The setting {key} is '{value}', but {TimeText.FaultOf(value)}." : null;
        if (key.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase) && key.EndsWith(ProviderName, StringComparison.OrdinalIgnoreCase))
            return null;
        return $"There is no setting {key}. The nearest one is {Nearest(key)}; docs/settings.md lists all of them.";
    }

    /// <summary>A variable with one underscore where two belong is a setting by itself, which nothing reads.</summary>
    private string? FaultOfVariable(string name) =>
        known.Keys.FirstOrDefault(key => name.Equals(key.Replace(':', '_'), StringComparison.OrdinalIgnoreCase)) is { } meant
            ? $"There is no setting {name}. The variable for {meant} is {meant.Replace(":", "__", StringComparison.Ordinal)}, with two underscores."
            : null;

    /// <returns>Null: there is no such setting.</returns>
    private SettingKind? KindOf(string key)
    {
        if (known.TryGetValue(key, out var kind) && kind != SettingKind.Times)
            return kind;
        return Element().Match(key) is { Success: true } element && known.TryGetValue(element.Groups["list"].Value, out var list) && list == SettingKind.Times ? SettingKind.Time : null;
    }

    private string Nearest(string key) => known.Keys.MinBy(other => Distance(key.ToUpperInvariant(), other.ToUpperInvariant()))!;

    /// <summary>How many letters have to be put in, left out or exchanged to get from one to the other (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }

    [GeneratedRegex(@"^(?<list>.+):\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex Element();
}

/// <summary>What a setting holds.</summary>
internal enum SettingKind
{
    /// <summary>Whoever reads it knows.</summary>
    Text,

    Time,

    /// <summary>A list of times: its elements are settings by number, the first one 0.</summary>
    Times,
}
