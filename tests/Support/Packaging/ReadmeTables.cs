using System.Globalization;
using System.Text.RegularExpressions;

namespace Testing.Packaging;

/// <summary>What a README says in tables, and the same as the code has it.</summary>
internal static partial class ReadmeTables
{
    /// <summary>The rows of an options class: name and default.</summary>
    public static IEnumerable<(string Name, string Default)> Options(Library library, Type options) =>
        library.Readme[library.Readme.IndexOf($"`{options.Name}`", StringComparison.Ordinal)..].Split('\n')
            .SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'))
            .Select(line => Row().Match(line)).Where(row => row.Success).Select(row => (row.Groups["option"].Value, row.Groups["default"].Value)).Order();

    /// <param name="options">The class.</param>
    /// <param name="said">What the README calls the default of an option that has no words of its own; null: the usual.</param>
    public static IEnumerable<(string Name, string Default)> OptionsOf(Type options, Func<string, string?>? said = null)
    {
        var fresh = Activator.CreateInstance(options)!;
        return options.GetProperties().Select(option => (option.Name, Default: said?.Invoke(option.Name) ?? Say(option.GetValue(fresh)))).Order();
    }

    public static IEnumerable<string> Instruments(Library library, string prefix) => Named().Matches(library.Readme)
        .Select(match => match.Groups["name"].Value).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);

    public static IEnumerable<string> InstrumentsOf(Library library) =>
        Directory.EnumerateFiles(library.Folder, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => Created().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value)).Distinct().Order(StringComparer.Ordinal);

    private static string Say(object? value) => value switch
    {
        null or "" or System.Collections.ICollection { Count: 0 } => "none",
        bool flag => flag ? "true" : "false",
        int or long or ushort => ((IFormattable)value).ToString("N0", CultureInfo.InvariantCulture),
        TimeSpan { TotalSeconds: > 0 and < 1 } time => $"{time.TotalMilliseconds:0.##} ms",
        TimeSpan { TotalMinutes: < 1 } time => $"{time.TotalSeconds:0.##} s",
        TimeSpan { TotalDays: >= 1 } time => $"{time.TotalDays:0.##} days",
        TimeSpan time => $"{time.TotalMinutes:0.##} min",
        _ => value.ToString()!,
    };

    [GeneratedRegex(@"^\| `(?<option>\w+)` \| (?<default>[^|]+) \| [^|]* \| [^|]+ \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"Create\w+(<\w+>)?\(\s*""(?<name>[a-z_.]+)""")]
    private static partial Regex Created();

    [GeneratedRegex(@"`(?<name>[a-z_]+(\.[a-z_]+)+)`")]
    private static partial Regex Named();
}
