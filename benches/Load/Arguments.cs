using System.Globalization;

namespace Shop.Benches.Load;

/// <summary>The words of a command line: <c>--name value</c> or a bare <c>--name</c>. A name that nobody reads is an error, not a surprise.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> given = new(StringComparer.Ordinal);
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public Arguments(ReadOnlySpan<string> words)
    {
        for (var at = 0; at < words.Length; at++)
        {
            if (!words[at].StartsWith("--", StringComparison.Ordinal))
                throw new ArgumentException($"'{words[at]}' is not an option; options are written --name value.");
            var hasValue = at + 1 < words.Length && !words[at + 1].StartsWith("--", StringComparison.Ordinal);
            given[words[at][2..]] = hasValue ? words[++at] : "";
        }
    }

    public string Text(string name, string otherwise)
    {
        known.Add(name);
        return given.GetValueOrDefault(name, otherwise);
    }

    public string? Text(string name)
    {
        known.Add(name);
        return given.GetValueOrDefault(name);
    }

    public int Number(string name, int otherwise, int least = 0)
    {
        var text = Text(name);
        if (text is null)
            return otherwise;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least
            ? value
            : throw new ArgumentException($"--{name} takes a whole number from {least}, not '{text}'.");
    }

    /// <summary><c>--processes name=PID,…</c>: whose processor time is told apart.</summary>
    public IReadOnlyDictionary<string, int> Processes() => Text("processes", "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('='))
        .ToDictionary(pair => pair[0], pair => int.Parse(pair[^1], CultureInfo.InvariantCulture));

    public IReadOnlyList<Uri> Urls(string name) =>
        [.. Text(name, "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(url => new Uri(url))];

    public bool Flag(string name) => Text(name) is not null;

    /// <summary>Call when everything has been read.</summary>
    public void RefuseUnknown()
    {
        var unknown = given.Keys.Where(name => !known.Contains(name)).ToList();
        if (unknown.Count > 0)
            throw new ArgumentException($"Unknown: --{string.Join(", --", unknown)}. Known here: --{string.Join(", --", known.Order())}.");
    }
}
