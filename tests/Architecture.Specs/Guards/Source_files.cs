using System.Text.RegularExpressions;

namespace Architecture.Specs.Guards;

/// <summary>What style rules a machine can check.</summary>
public sealed partial class Source_files
{
    private const int LongestFile = 300;

    private static IEnumerable<(string File, string Text)> All => Tree.Files("*.cs", "src", "tests", "benches").Select(file => (file, Tree.Read(file)));

    [Fact]
    public void Are_short_and_named_for_what_they_hold_and_no_spec_sleeps() => Expect.NoFaults(All.SelectMany(f => Faults(f.File, f.Text)));

    [Fact]
    public void Exist() => Assert.NotEmpty(All);

    [Fact]
    public void That_are_long_are_seen() =>
        Assert.Equal(["src/A.cs has 301 lines: split it"], Faults("src/A.cs", string.Concat(Enumerable.Repeat("x\n", 301))));

    [Theory]
    [InlineData("src/Grains/Helpers.cs")]
    [InlineData("src/Grains/StockUtils.cs")]
    [InlineData("src/Grains/OrderManager.cs")]
    [InlineData("src/Common/Money.cs")]
    public void With_a_name_that_says_nothing_are_seen(string file) => Assert.Equal([$"{file}: name it for what it does"], Faults(file, ""));

    [Theory]
    [InlineData("Thread", "Sleep(1)")]
    [InlineData("await Task", "Delay(1)")]
    public void Of_specs_that_sleep_are_seen(string type, string call)
    {
        Assert.Equal(["tests/A.cs: wait for a condition with a limit, or advance a clock"], Faults("tests/A.cs", $"{type}.{call};"));
        Assert.Empty(Faults("src/A.cs", $"{type}.{call};"));
    }

    private static IEnumerable<string> Faults(string file, string text)
    {
        var lines = text.Count(c => c == '\n');
        if (lines > LongestFile)
            yield return $"{file} has {lines} lines: split it";
        if (Meaningless().IsMatch(file))
            yield return $"{file}: name it for what it does";
        if (file.StartsWith("tests/", StringComparison.Ordinal) && Sleeping().IsMatch(text))
            yield return $"{file}: wait for a condition with a limit, or advance a clock";
    }

    [GeneratedRegex(@"(Helpers?|Utils?|Utilities|Manager|Common)(\.[^/]*)?(/|$)")]
    private static partial Regex Meaningless();

    [GeneratedRegex(@"\b(Thread\s*\.\s*Sleep|Task\s*\.\s*Delay)\s*\(")]
    private static partial Regex Sleeping();
}
