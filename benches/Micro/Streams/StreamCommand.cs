using Shop.Benches.Load;
using Shop.Benches.Micro.Report;

namespace Shop.Benches.Micro.Streams;

/// <summary><c>streams</c>: understands its options, runs the bench, and says what it found.</summary>
internal static class StreamCommand
{
    public static async Task<int> Run(Arguments arguments, CancellationToken cancel)
    {
        var settings = new StreamSettings(
            Address(arguments, "amqp"), Address(arguments, "management"), arguments.Number("broker", 0, least: 1),
            arguments.Number("seconds", 5, least: 1), arguments.Number("rounds", 5, least: 1), arguments.Text("part"), arguments.Number("minutes", 10, least: 1),
            arguments.Text("results"), arguments.Text("commit", "unknown"), arguments.Text("machine", "unknown"));
        arguments.RefuseUnknown();
        if (settings.Part is not (null or StreamSettings.Publish or StreamSettings.End or StreamSettings.Latency or StreamSettings.Soak))
            throw new ArgumentException($"There is no part '{settings.Part}': {StreamSettings.Publish}, {StreamSettings.End}, {StreamSettings.Latency}, {StreamSettings.Soak}.");

        var result = await StreamBench.Run(settings, cancel);
        Console.WriteLine(StreamReport.Markdown(result));
        if (settings.ResultDirectory is { } directory)
            Console.WriteLine($"wrote {string.Join(", ", await StreamReport.Write(result, directory, cancel))}");
        Console.WriteLine(StreamReport.ClosingLine(result));
        return result.Soak is { Faults.Count: > 0 } ? 1 : 0;
    }

    private static Uri Address(Arguments arguments, string name) =>
        Uri.TryCreate(arguments.Text(name), UriKind.Absolute, out var address) ? address : throw new ArgumentException($"Give --{name} URL.");
}
