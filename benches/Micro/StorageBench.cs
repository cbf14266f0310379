using System.Reflection;
using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Budget;
using Shop.Benches.Micro.Maps;
using Shop.Benches.Micro.Report;
using Shop.Benches.Micro.Stores;

namespace Shop.Benches.Micro;

/// <summary>The storage library beside its alternatives: writers, maps, the budget of an order.</summary>
internal static class StorageBench
{
    public const string Bench = "bench", Postgres = "postgres";

    public static async Task<StorageResult> Run(StorageSettings settings, CancellationToken cancel)
    {
        var processes = new Dictionary<string, int> { [Bench] = Environment.ProcessId };
        var versions = new List<KeyValuePair<string, string>>();
        var server = settings.Postgres is { } connection ? await PostgresServer.Find(connection) : null;
        if (server is not null)
        {
            processes.Add(Postgres, server.ProcessId);
            versions.Add(new("PostgreSQL", server.Said));
            versions.Add(new("Npgsql", VersionOf(typeof(Npgsql.NpgsqlConnection))));
        }
        var clock = new CpuClock(processes);
        await using var contenders = await Contenders.Start(settings, server);
        var start = clock.Read();
        var writers = settings.Has(StorageSettings.Writing) ? await WriterBench.Run(contenders.All, settings, clock, cancel) : [];
        var maps = settings.Has(StorageSettings.Maps) ? await MapBench.Run(contenders.GroupCommit, settings, clock, cancel) : [];
        var budget = settings.Has(StorageSettings.Budget) ? await BudgetBench.Run(contenders.GroupCommit, settings, clock, cancel) : [];
        var whole = CpuUse.Between(start, clock.Read());
        return new StorageResult(
            "storage", DateTimeOffset.UtcNow, settings.Commit, MachineFacts.Read(), Versions(versions), settings.Machine,
            Said(settings), Math.Round(whole.ForeignCores, 2), Math.Round(whole.WindowSeconds), writers, maps, budget);
    }

    private static Dictionary<string, string> Versions(IEnumerable<KeyValuePair<string, string>> more) => new(
    [
        new("Orleans", VersionOf(typeof(Grain))),
        new("Microsoft.Data.Sqlite", VersionOf(typeof(Microsoft.Data.Sqlite.SqliteConnection))),
        .. more,
    ]);

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', ' ')[0].TrimEnd('.') ?? "unknown";

    private static string Said(StorageSettings settings) =>
        $"{settings.Seconds} s a figure in {settings.Rounds} rounds, all stores in turn in each; {StorageSettings.Rows} rows a store, each writer with rows of its own; "
        + $"one process with a silo a store, server GC {System.Runtime.GCSettings.IsServerGC}";
}
