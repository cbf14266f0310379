using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Budget;
using Shop.Benches.Micro.Closed;
using Shop.Benches.Micro.Maps;
using Shop.Benches.Micro.Stores;

namespace Shop.Benches.Micro.Report;

/// <summary>What one run of the storage bench found: what is written to the result file.</summary>
/// <param name="Versions">Of what is compared.</param>
/// <param name="Surroundings">What the script knows: SDK, file system.</param>
/// <param name="ForeignCores">Cores that others kept busy, over the whole run.</param>
internal sealed record StorageResult(
    string Workload,
    DateTimeOffset Date,
    string Commit,
    MachineFacts Machine,
    IReadOnlyDictionary<string, string> Versions,
    string Surroundings,
    string Settings,
    double ForeignCores,
    double Seconds,
    IReadOnlyList<WriterFigure> Writers,
    IReadOnlyList<MapFigure> Maps,
    IReadOnlyList<BudgetFigure> Budget)
{
    /// <summary>How many times as many writes as AdoNet: both on PostgreSQL, both through IGrainStorage, small states; null: not measured.</summary>
    public double? TimesAdoNet(int writers) =>
        Figure(Contender.GroupCommitPostgres, writers)?.PerSecond / Figure(Contender.AdoNetPostgres, writers)?.PerSecond;

    /// <summary>How many times as much processor time a write AdoNet takes, over all processes. Holds also when others use the machine.</summary>
    public double? TimesLessProcessor(int writers) =>
        Figure(Contender.AdoNetPostgres, writers)?.CpuMs.Values.Sum() / Figure(Contender.GroupCommitPostgres, writers)?.CpuMs.Values.Sum();

    private Summary? Figure(string store, int writers) => Writers.SingleOrDefault(f =>
        f.Store == store && f.Writers == writers && f is { Event: false, StateBytes: StorageSettings.SmallState, Through: Contender.ThroughGrainStorage })?.Figure;
}
