using System.IO.Compression;
using System.Xml.Linq;

namespace Testing.Packaging;

/// <summary>The library, packed as it would be published, under a version that nobody can have in a cache.</summary>
public abstract class Package(Library library) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("package-").FullName;

    public Library Library => library;

    public string Version { get; } = $"0.0.0-spec.{Guid.NewGuid():N}";

    /// <summary>A feed that holds the package and nothing else.</summary>
    public string Feed => Path.Combine(_folder, "feed");

    public string Output { get; private set; } = "";

    public async ValueTask InitializeAsync() => Output = await Command.Run(
        library.Folder, "dotnet", "pack", "--no-build", "--configuration", Library.Configuration, "--output", Feed, $"-p:Version={Version}", "-nodeReuse:false");

    public IReadOnlyList<string> Files(string extension)
    {
        using var archive = Open(extension);
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    public byte[] Read(string extension, string file)
    {
        using var archive = Open(extension);
        using var stream = archive.GetEntry(file)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public XElement Manifest() => XElement.Load(new MemoryStream(Read("nupkg", $"{library.Name}.nuspec")));

    public string VersionOf(string dependency) => (string)Manifest().Descendants()
        .Single(element => element.Name.LocalName == "dependency" && (string?)element.Attribute("id") == dependency).Attribute("version")!;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private ZipArchive Open(string extension) => ZipFile.OpenRead(Path.Combine(Feed, $"{library.Name}.{Version}.{extension}"));
}
