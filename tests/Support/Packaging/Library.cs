using System.Text.RegularExpressions;

namespace Testing.Packaging;

/// <summary>A library that is published: its folder, and what its README says.</summary>
/// <param name="Name">Of the package, the assembly and the folder.</param>
/// <param name="Description">How the description of the package begins.</param>
/// <param name="Dependencies">A pattern of the packages that it may need.</param>
public sealed partial record Library(string Name, string Description, string Dependencies)
{
    public static string Root { get; } = FindRoot();

    /// <summary>What these specs were built as; the library was built with them.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public string Folder => Path.Combine(Root, "src", Name);

    public string Readme => File.ReadAllText(Path.Combine(Folder, "README.md"));

    /// <summary>The C# files that the README holds, in order.</summary>
    public IReadOnlyList<string> Examples => [.. CSharp().Matches(Readme).Select(match => match.Groups["code"].Value)];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orleans.Shop.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("These specs run inside the repository they were built from.");
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CSharp();
}
