using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Packaging;

/// <summary>What the README says in tables is what the code has.</summary>
public sealed partial class When_the_readme_tells
{
    [Theory]
    [InlineData(typeof(GroupCommitOptions))]
    [InlineData(typeof(OutboxStreamOptions))]
    [InlineData(typeof(OutboxRelayOptions))]
    [InlineData(typeof(GroupCommitGrainStorageOptions))]
    public void Should_name_every_option_with_its_default(Type options)
    {
        var fresh = Activator.CreateInstance(options)!;
        var expected = options.GetProperties().Select(option => (option.Name, Default: Say(option.GetValue(fresh))));

        Assert.Equal(expected.Order(), TableAfter($"`{options.Name}`").Order());
    }

    [Fact]
    public void Should_name_every_instrument()
    {
        var code = Directory.EnumerateFiles(Library.Folder, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => Created().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value));

        Assert.Equal(code.Distinct().Order(), Named().Matches(Library.Readme).Select(match => match.Groups["name"].Value).Order());
    }

    [Fact]
    public void Should_show_two_examples() => Assert.Equal(2, Library.Examples.Count);

    private static IEnumerable<(string Name, string Default)> TableAfter(string title)
    {
        var table = Library.Readme[Library.Readme.IndexOf(title, StringComparison.Ordinal)..].Split('\n')
            .SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'));
        return table.Select(line => Row().Match(line)).Where(row => row.Success).Select(row => (row.Groups["option"].Value, row.Groups["default"].Value));
    }

    private static string Say(object? value) => value switch
    {
        null or "" => "none",
        bool flag => flag ? "true" : "false",
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        TimeSpan { TotalSeconds: > 0 and < 1 } time => $"{time.TotalMilliseconds:0.##} ms",
        TimeSpan { TotalMinutes: < 1 } time => $"{time.TotalSeconds:0.##} s",
        TimeSpan time => $"{time.TotalMinutes:0.##} min",
        _ => value.ToString()!,
    };

    [GeneratedRegex(@"^\| `(?<option>\w+)` \| (?<default>[^|]+) \| [^|]* \| [^|]+ \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"Create\w+(<\w+>)?\(\s*""(?<name>groupcommit\.[a-z_.]+)""")]
    private static partial Regex Created();

    [GeneratedRegex(@"`(?<name>groupcommit\.[a-z_.]+)`")]
    private static partial Regex Named();
}
