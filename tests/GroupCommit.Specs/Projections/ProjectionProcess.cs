using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Projections;
using Testing.Servers;

namespace GroupCommit.Specs.Projections;

/// <summary>
/// Another process with a tally: this program. It appends some entries, one of them poison, and ends when all are counted or set aside,
/// unless it is told to die before.
/// </summary>
internal static class ProjectionProcess
{
    public const string Verb = "project";

    private const int Entries = 12;

    private const int KilledBySignal9 = 128 + 9;

    /// <summary>All places where it can be made to die.</summary>
    public static TheoryData<string> Places => [.. ProjectionCrashPoints.All.Select(point => point.Name)];

    /// <param name="database">Where.</param>
    /// <param name="crash">Where it dies, and</param>
    /// <param name="times">at which time; null: it does not.</param>
    public static async Task Run(SpecDatabase database, CrashPoint? crash, int times = 1)
    {
        string[] place = database is SqliteFile file ? ["sqlite", file.Path] : ["postgres", ((SpecSchema)database).Sql.ConnectionString];
        string[] end = crash is null ? [] : [crash.Name, times.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo("dotnet", [typeof(ProjectionProcess).Assembly.Location, Verb, .. place, .. end]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Limits.Patience);
        Assert.True(process.ExitCode == (crash is null ? 0 : KilledBySignal9), $"It ended with {process.ExitCode}: {await said}");
    }

    public static async Task<int> Work(string kind, string place, string[] crash)
    {
        SpecDatabase database = kind == "sqlite" ? new SqliteFile(place) : new SpecSchema(PostgresDatabase.At(place));
        if (crash is [var point, var times])
            ProjectionCrashPoints.All.Single(known => known.Name == point).Arm(int.Parse(times, CultureInfo.InvariantCulture));

        await using var store = await Store.Open(database);
        using var metrics = new ProjectionMetrics();
        using var logging = LoggerFactory.Create(logging => logging.AddProvider(store.Log));
        var options = new DurableProjectionOptions { MaximumBatch = 2, Attempts = 1, SetsAside = true,
            RetryDelay = TimeSpan.FromMilliseconds(1) };
        using var runner = new ProjectionRunner<string>(
            new ProjectionPlan(ProjectionUnderTest.Name, Tally.Log, options), new Tally(), store.Dialect.Logs, store.Watch, Store.Formats,
                TimeProvider.System,
            metrics, logging.CreateLogger<Tally>());
        runner.Start();
        // Entities of its own: each run appends as many.
        var entity = $"{Environment.ProcessId}-{Stopwatch.GetTimestamp()}";
        for (var n = 1; n <= Entries; n++)
            await store.Commit(Store.Logged(entity, n, n == Entries / 2 ? Tally.Poison : "event"));

        try
        {
            await Eventually.Is(async () => await Sum(store) == await Logged(store));
        }
        catch (Exception e)
        {
            var told = string.Join('\n', store.Log.At(LogLevel.Warning).Concat(store.Log.At(LogLevel.Error)));
            throw new InvalidOperationException($"{await Sum(store)} of {await Logged(store)} are dealt with; {runner.Status}; {told}", e);
        }

        await runner.Stop(CancellationToken.None);
        return 0;
    }

    /// <summary>How many entries there are.</summary>
    public static async Task<long> Logged(Store store) => (await Store.ReadLog(store.Dialect)).Count;

    /// <summary>How many are counted or set aside.</summary>
    public static async Task<long> Sum(Store store)
    {
        await using var beside = await store.Dialect.Inner.Logs.OpenBeside(CancellationToken.None);
        using var command = beside.Connection.CreateCommand();
        command.CommandText = "SELECT (SELECT coalesce(sum(entries), 0) FROM tally) + (SELECT count(*) FROM groupcommit_projection_faults)";
        try
        {
            return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
        }
        catch (System.Data.Common.DbException)
        {
            return -1; // There is no table yet.
        }
    }
}
