using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Architecture.Specs;

/// <summary>A project of the product: its folder under src and what its file says.</summary>
internal sealed record Project(string Name, string Assembly, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    public static Project Read(string name, string xml)
    {
        var root = XDocument.Parse(xml).Root!;
        string[] Includes(string item) => [.. root.Descendants(item).Select(e => (string?)e.Attribute("Include")).OfType<string>()];
        return new Project(
            name,
            root.Descendants("AssemblyName").Select(e => e.Value).FirstOrDefault() ?? name,
            [.. Includes("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))],
            Includes("PackageReference"));
    }
}

/// <summary>The repository that these specs were built from.</summary>
internal static partial class Tree
{
    public static string Root { get; } = FindRoot();

    /// <summary>Everything under src.</summary>
    public static IReadOnlyList<Project> Projects { get; } =
    [
        .. Directory.GetDirectories(Path.Combine(Root, "src")).Order()
            .Select(folder => (Name: Path.GetFileName(folder), File: Path.Combine(folder, Path.GetFileName(folder) + ".csproj")))
            .Where(project => File.Exists(project.File))
            .Select(project => Project.Read(project.Name, File.ReadAllText(project.File))),
    ];

    /// <summary>The built assemblies of <see cref="Projects"/>; these specs have to reference every one of them.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } = [.. Projects.Select(project => Assembly.Load(project.Assembly))];

    public static Assembly AssemblyOf(string project) => Assembly.Load(Projects.Single(p => p.Name == project).Assembly);

    /// <summary>Files of the repository with forward slashes, relative to its root; nothing that a build made.</summary>
    public static IEnumerable<string> Files(string pattern, params string[] folders) => folders
        .Select(folder => Path.Combine(Root, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Where(file => !BuildOutput().IsMatch(file));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orleans.Shop.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("These specs run inside the repository they were built from.");
    }

    [GeneratedRegex("(^|/)(bin|obj|node_modules|TestResults)/")]
    private static partial Regex BuildOutput();
}
