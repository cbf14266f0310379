using Shop.Benches.Load;
using Shop.Benches.Micro;
using Shop.Benches.Micro.Report;

const string usage = """
    Measures the storage library.

      storage   [--sqlite DIR] [--postgres CONNECTION] [--seconds 4] [--rounds 5] [--part writers|maps|budget]
                [--results DIR] [--commit ID] [--machine TEXT]
                DIR is new and empty; CONNECTION leads to a server on this machine that does nothing else.

    Exit codes: 0 measured, 1 something failed, 2 not understood.
    """;

if (args is not ["storage", ..])
{
    Console.Error.WriteLine(usage);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    var arguments = new Arguments(args.AsSpan(1));
    var settings = new StorageSettings(
        arguments.Text("postgres"), arguments.Text("sqlite"), arguments.Number("seconds", 4, least: 1), arguments.Number("rounds", 5, least: 1),
        arguments.Text("part"), arguments.Text("results"), arguments.Text("commit", "unknown"), arguments.Text("machine", "unknown"));
    arguments.RefuseUnknown();
    if (settings is { Postgres: null, DataDirectory: null })
        throw new ArgumentException("Give --sqlite DIR, --postgres CONNECTION or both.");

    if (settings.Part is not (null or StorageSettings.Writing or StorageSettings.Maps or StorageSettings.Budget))
        throw new ArgumentException($"There is no part '{settings.Part}': {StorageSettings.Writing}, {StorageSettings.Maps}, {StorageSettings.Budget}.");

    var result = await StorageBench.Run(settings, stop.Token);
    Console.WriteLine(StorageReport.Markdown(result));
    if (settings.ResultDirectory is { } directory)
        Console.WriteLine($"wrote {string.Join(", ", await StorageReport.Write(result, directory, stop.Token))}");
    Console.WriteLine(StorageReport.ClosingLine(result));
    return 0;
}
catch (ArgumentException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted.");
    return 1;
}
