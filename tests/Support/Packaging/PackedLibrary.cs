using System.Reflection.Metadata;
using System.Text;

namespace Testing.Packaging;

/// <summary>What every library of ours that is published owes.</summary>
public abstract class PackedLibrary(Package package)
{
    private readonly Library _library = package.Library;

    // Of the portable PDB format: https://github.com/dotnet/runtime/blob/main/docs/design/specs/PortablePdb-Metadata.md
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    [Fact]
    public void Should_say_what_it_is()
    {
        var said = package.Manifest().Descendants().Where(element => !element.HasElements).ToLookup(element => element.Name.LocalName, element => element.Value);

        Assert.Equal([_library.Name], said["id"]);
        Assert.Equal([package.Version], said["version"]);
        Assert.Equal(["Orleans.Shop"], said["authors"]);
        Assert.Equal(["README.md"], said["readme"]);
        Assert.StartsWith(_library.Description, Assert.Single(said["description"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_hold_the_library_with_documentation_and_readme_and_nothing_else()
    {
        var content = package.Files("nupkg").Where(file => !file.StartsWith("_rels/", StringComparison.Ordinal)
            && !file.StartsWith("package/", StringComparison.Ordinal) && file != "[Content_Types].xml");

        Assert.Equal([$"{_library.Name}.nuspec", "README.md", $"{Assembly}.dll", $"{Assembly}.xml"], content.Order(StringComparer.Ordinal));
        Assert.Equal(_library.Readme, Encoding.UTF8.GetString(package.Read("nupkg", "README.md")));
    }

    [Fact]
    public void Should_come_with_symbols_that_hold_the_sources()
    {
        using var pdb = Symbols();
        var reader = pdb.GetMetadataReader();
        var embedded = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
            .Where(information => reader.GetGuid(information.Kind) == EmbeddedSource).Select(information => information.Parent).ToHashSet();

        Assert.NotEmpty(reader.Documents);
        Assert.All(reader.Documents, document => Assert.Contains((EntityHandle)document, embedded));
    }

    [Fact]
    public void Should_warn_of_nothing() => Assert.DoesNotContain("warn", package.Output, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Should_name_no_folder_of_this_machine()
    {
        Assert.SkipUnless(Library.Configuration == "Release", "Debug builds keep the paths for debuggers.");
        using var pdb = Symbols();
        var reader = pdb.GetMetadataReader();

        Assert.Equal(-1, package.Read("nupkg", $"{Assembly}.dll").AsSpan().IndexOf(Encoding.UTF8.GetBytes(Library.Root)));
        Assert.All(reader.Documents, document => Assert.StartsWith("/_/", reader.GetString(reader.GetDocument(document).Name), StringComparison.Ordinal));
    }

    [Fact]
    public void Should_depend_on_no_more_than_it_uses() => Assert.All(
        package.Manifest().Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value),
        id => Assert.Matches($"^({_library.Dependencies})$", id));

    private string Assembly => $"lib/net10.0/{_library.Name}";

    private MetadataReaderProvider Symbols() => MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(package.Read("snupkg", $"{Assembly}.pdb")));
}
