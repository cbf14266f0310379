using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Plots;

/// <summary>Keeps a result with a picture beside its table.</summary>
internal static class IllustratedResult
{
    /// <param name="draw">Null: <see cref="Drawing"/>.</param>
    /// <returns>The names of the files, without their folder.</returns>
    public static async Task<IReadOnlyList<string>> Write<T>(
        string workload, DateTimeOffset date, T result, string markdown, IReadOnlyList<Panel> panels, string directory,
        CancellationToken cancel, Func<IReadOnlyList<Panel>, byte[]>? draw = null)
    {
        // The figures first: native code draws, and no picture is worth a run.
        var files = await ResultFiles.Write(workload, date, result, markdown, directory, cancel);
        byte[] picture;
        try
        {
            picture = (draw ?? Drawing.Png)(panels);
        }
        catch (Exception fault)
        {
            Console.Error.WriteLine($"The report has no picture, and is complete without: {fault.GetBaseException().Message}");
            return files;
        }

        var name = Path.GetFileNameWithoutExtension(files[0]);
        await File.WriteAllBytesAsync(Path.Combine(directory, name + ".png"), picture, cancel);
        var link = $"![{string.Join("; ", panels.Select(panel => panel.Title))}]({name}.png)";
        await File.WriteAllTextAsync(Path.Combine(directory, name + ".md"), AboveTable(markdown, link), cancel);
        return [.. files, name + ".png"];
    }

    private static string AboveTable(string markdown, string link)
    {
        var table = markdown.IndexOf("\n|", StringComparison.Ordinal) + 1;
        return $"{markdown[..table]}{link}\n\n{markdown[table..]}";
    }
}
