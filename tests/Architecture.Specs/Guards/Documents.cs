using System.Text.RegularExpressions;

namespace Architecture.Specs.Guards;

/// <summary>What the documents point to exists.</summary>
public sealed partial class Documents
{
    private static IEnumerable<string> All =>
        Directory.GetFiles(Tree.Root, "*.md").Select(Path.GetFileName).OfType<string>()
            .Concat(Tree.Files("*.md", "docs", "src", "tests", "benches"))
            // Results say what was, at their commit.
            .Where(file => !file.StartsWith("benches/results/", StringComparison.Ordinal));

    [Fact]
    public void Point_to_what_exists() => Expect.NoFaults(All.SelectMany(file => Faults(file, Tree.Read(file))));

    [Fact]
    public void Include_the_readme() => Assert.Contains("README.md", All);

    [Fact]
    public void List_every_decision()
    {
        var list = Tree.Read("docs/adr/README.md");

        Expect.NoFaults(Tree.Files("*.md", "docs/adr").Select(Path.GetFileName).OfType<string>()
            .Where(page => page != "README.md" && !list.Contains($"({page})", StringComparison.Ordinal))
            .Select(page => $"docs/adr/README.md does not list {page}"));
    }

    [Theory]
    [InlineData("See [the docs](docs/nowhere.md).", "docs/nowhere.md")]
    [InlineData("The code is in `src/Nowhere`.", "src/Nowhere")]
    [InlineData("    dotnet run --project src/Nowhere", "src/Nowhere")]
    [InlineData("Call `./nothing`.", "./nothing")]
    public void That_point_nowhere_are_seen(string text, string target) => Assert.Equal([$"README.md points to {target}"], Faults("README.md", text));

    [Fact]
    public void May_point_to_the_web_and_to_routes() =>
        Assert.Empty(Faults("README.md", "[Orleans](https://learn.microsoft.com/dotnet/orleans) answers `GET /v1/orders/src/1`, [see](#below)."));

    private static IEnumerable<string> Faults(string file, string text)
    {
        var folder = Path.Combine(Tree.Root, Path.GetDirectoryName(file)!);
        var links = Link().Matches(text).Select(m => m.Groups["target"].Value).Where(target => !Elsewhere().IsMatch(target))
            .Select(target => (Name: target, Path: Path.Combine(folder, target.Split('#')[0])));
        // Paths in running text are written from the root of the repository, wherever the document lies.
        var paths = NamedPath().Matches(text).Select(m => m.Groups["path"].Value.TrimEnd('.', '/'))
            .Select(name => (Name: name, Path: Path.Combine(Tree.Root, name)));
        return links.Concat(paths).DistinctBy(p => p.Name).Where(p => !Path.Exists(p.Path)).Select(p => $"{file} points to {p.Name}");
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^([a-z]+:|#)")]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"(?<![\w/.(-])(?<path>(src|tests|benches|docs|helm)/[\w./-]*\w|\./[\w.-]+(/[\w.-]+)*)")]
    private static partial Regex NamedPath();
}
