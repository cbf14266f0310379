using System.Text;

namespace GroupCommit.Specs.Packaging;

public sealed class When_the_library_is_packed(Package package) : IClassFixture<Package>
{
    private const string Assembly = $"lib/net10.0/{Library.Name}";

    [Fact]
    public void Should_say_what_it_is()
    {
        var said = package.Manifest().Descendants().Where(element => !element.HasElements).ToLookup(element => element.Name.LocalName, element => element.Value);

        Assert.Equal([Library.Name], said["id"]);
        Assert.Equal([package.Version], said["version"]);
        Assert.Equal(["Orleans.Shop"], said["authors"]);
        Assert.Equal(["README.md"], said["readme"]);
        Assert.StartsWith("Orleans grain state", Assert.Single(said["description"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_hold_the_library_with_documentation_and_readme_and_nothing_else()
    {
        var content = package.Files("nupkg").Where(file => !file.StartsWith("_rels/", StringComparison.Ordinal)
            && !file.StartsWith("package/", StringComparison.Ordinal) && file != "[Content_Types].xml");

        Assert.Equal([$"{Library.Name}.nuspec", "README.md", $"{Assembly}.dll", $"{Assembly}.xml"], content.Order(StringComparer.Ordinal));
        Assert.Equal(Library.Readme, Encoding.UTF8.GetString(package.Read("nupkg", "README.md")));
    }

    [Fact]
    public void Should_come_with_symbols() => Assert.Contains($"{Assembly}.pdb", package.Files("snupkg"));

    [Fact]
    public void Should_warn_of_nothing() => Assert.DoesNotContain("warn", package.Output, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Should_name_no_folder_of_this_machine()
    {
        Assert.SkipUnless(Library.Configuration == "Release", "Debug builds keep the paths for debuggers.");
        var root = Encoding.UTF8.GetBytes(Library.Root);

        Assert.Equal(-1, package.Read("nupkg", $"{Assembly}.dll").AsSpan().IndexOf(root));
        Assert.Equal(-1, package.Read("snupkg", $"{Assembly}.pdb").AsSpan().IndexOf(root));
    }

    [Fact]
    public void Should_depend_on_no_more_than_it_uses() => Assert.All(
        package.Manifest().Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value),
        id => Assert.Matches(@"^(Microsoft\.Orleans\.(Runtime|Sdk|Streaming)|Microsoft\.Data\.Sqlite|Npgsql)$", id));
}
