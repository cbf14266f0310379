using System.Globalization;
using System.Text;

namespace Architecture.Specs.Golden;

/// <summary>Bytes that some version of the code wrote, and what they meant to it.</summary>
/// <param name="Alias">Of the type.</param>
/// <param name="Number">1 for the first recording; a type that has grown gets another file, never a changed one.</param>
internal sealed record GoldenFile(string Alias, int Number, IReadOnlyList<string> Lines, byte[] Bytes)
{
    private const string Folder = "tests/Architecture.Specs/Golden/Recorded";
    private const string Extension = ".golden";
    private const string BytesFollow = "bytes:";
    private const int BytesPerLine = 48;

    public string Name => Number == 1 ? Alias : string.Create(CultureInfo.InvariantCulture, $"{Alias}~{Number}");

    public static IReadOnlyList<GoldenFile> All { get; private set; } = ReadAll();

    public void Save()
    {
        var text = new StringBuilder();
        text.AppendJoin('\n', Lines).Append('\n').Append(BytesFollow).Append('\n');
        foreach (var row in Bytes.Chunk(BytesPerLine))
            text.Append(Convert.ToHexStringLower(row)).Append('\n');
        var folder = Directory.CreateDirectory(Path.Combine(Tree.Root, Folder));
        // CreateNew: what was recorded once is never written over.
        using var file = new FileStream(Path.Combine(folder.FullName, Name + Extension), FileMode.CreateNew);
        file.Write(Encoding.UTF8.GetBytes(text.ToString()));
        All = [.. All, this];
    }

    private static GoldenFile[] ReadAll() =>
        [.. Tree.Files("*" + Extension, Folder).Order(StringComparer.Ordinal).Select(file => Parse(Path.GetFileName(file), Tree.Read(file)))];

    private static GoldenFile Parse(string fileName, string text)
    {
        var name = fileName[..^Extension.Length].Split('~');
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var bytesAt = Array.IndexOf(lines, BytesFollow);
        return new GoldenFile(
            name[0],
            name.Length == 1 ? 1 : int.Parse(name[1], CultureInfo.InvariantCulture),
            lines[..bytesAt],
            Convert.FromHexString(string.Concat(lines[(bytesAt + 1)..])));
    }
}
