using System.Text.RegularExpressions;

namespace GroupCommit.Specs.Packaging;

/// <summary>The library's own folder, and what its README says.</summary>
internal static partial class Library
{
    public const string Name = "Orleans.Persistence.GroupCommit";

    public static string Root { get; } = FindRoot();

    public static string Folder => Path.Combine(Root, "src", Name);

    /// <summary>What these specs were built as; the library was built with them.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static string Readme => File.ReadAllText(Path.Combine(Folder, "README.md"));

    /// <summary>The C# files that the README holds, in order.</summary>
    public static IReadOnlyList<string> Examples => [.. CSharp().Matches(Readme).Select(match => match.Groups["code"].Value)];

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
