using Shop.Benches.Load;
using Shop.Benches.Micro.Report;

namespace Shop.Benches.Micro;

/// <summary><c>storage</c>: understands its options, runs the bench, and says what it found.</summary>
internal static class StorageCommand
{
    public static async Task<int> Run(Arguments arguments, CancellationToken cancel)
    {
        var settings = new StorageSettings(
            arguments.Text("postgres"), arguments.Text("sqlite"), arguments.Number("seconds", 4, least: 1), arguments.Number("rounds", 5, least: 1),
            arguments.Text("part"), arguments.Text("results"), arguments.Text("commit", "unknown"), arguments.Text("machine", "unknown"));
        arguments.RefuseUnknown();
        if (settings is { Postgres: null, DataDirectory: null })
            throw new ArgumentException("Give --sqlite DIR, --postgres CONNECTION or both.");

        if (settings.Part is not (null or StorageSettings.Writing or StorageSettings.Maps or StorageSettings.Budget))
            throw new ArgumentException($"There is no part '{settings.Part}': {StorageSettings.Writing}, {StorageSettings.Maps}, {StorageSettings.Budget}.");

        var result = await StorageBench.Run(settings, cancel);
        Console.WriteLine(StorageReport.Markdown(result));
        if (settings.ResultDirectory is { } directory)
            Console.WriteLine($"wrote {string.Join(", ", await StorageReport.Write(result, directory, cancel))}");
        Console.WriteLine(StorageReport.ClosingLine(result));
        return 0;
    }
}
