using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Streams;
using Shop.Benches.Micro.Streams.EndToEnd;
using Shop.Benches.Micro.Streams.Latency;
using Shop.Benches.Micro.Streams.Publish;
using Shop.Benches.Micro.Streams.Soak;

namespace Shop.Benches.Micro.Report;

/// <summary>What one run of the stream bench found: what is written to the result file.</summary>
/// <param name="Versions">Of what is compared.</param>
/// <param name="Surroundings">What the script knows: SDK, file system.</param>
/// <param name="ForeignCores">Cores that others kept busy, over the whole run.</param>
/// <param name="Soak">Null: not asked for.</param>
internal sealed record StreamResult(
    string Workload,
    DateTimeOffset Date,
    string Commit,
    MachineFacts Machine,
    IReadOnlyDictionary<string, string> Versions,
    string Surroundings,
    string Settings,
    double ForeignCores,
    double Seconds,
    IReadOnlyList<PublishFigure> Publish,
    IReadOnlyList<EndToEndFigure> EndToEnd,
    IReadOnlyList<LatencyFigure> Latency,
    SoakFigure? Soak)
{
    /// <summary>The provider's share of what the bare client publishes; null: not measured.</summary>
    public double? Share(int inFlight)
    {
        var figures = Publish.Where(f => f.InFlight == inFlight).ToDictionary(f => f.Publisher, f => f.Figure.PerSecond);
        return figures.Count == 0 ? null : figures["provider"] / figures["RabbitMQ.Client"];
    }

    /// <summary>Single events in Orleans' bytes; null: not measured.</summary>
    public double? EventsPerSecond => EndToEnd.SingleOrDefault(f => f is { Streams: StreamContender.OrleansBytes, BatchSize: 1 })?.EventsPerSecond;
}
