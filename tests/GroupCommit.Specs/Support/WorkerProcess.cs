using System.Diagnostics;
using System.Globalization;
using GroupCommit.Specs.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;
using Testing.Servers;

namespace GroupCommit.Specs;

/// <summary>Another process on the same PostgreSQL database: this program, which writes the rows of its keys again and again.</summary>
internal sealed class WorkerProcess : IDisposable
{
    public const string Verb = "work";

    private readonly Process _process;
    private long _commits;

    private WorkerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Interlocked.Exchange(
            ref _commits, line.Data is null ? _commits : long.Parse(line.Data, CultureInfo.InvariantCulture));
        process.BeginOutputReadLine();
    }

    /// <summary>How many of its commits were acknowledged, as far as it has said so.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    public static WorkerProcess Start(SpecSchema database, params string[] keys)
    {
        var program = typeof(WorkerProcess).Assembly.Location;
        return new WorkerProcess(Process.Start(new ProcessStartInfo("dotnet", [program, Verb, database.Sql.ConnectionString, .. keys])
        {
            RedirectStandardOutput = true,
        })!);
    }

    /// <summary>
    /// What the process does until it is killed: all keys at once, each row on what is stored, with an event for the stream of its key that
    /// has the version.
    /// </summary>
    public static async Task<int> Work(string connectionString, string[] keys)
    {
        await using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        await using var store = await Store.Open(new SpecSchema(PostgresDatabase.At(connectionString)));
        var commits = 0L;
        while (true)
        {
            var stored = await Task.WhenAll(keys.Select(async key =>
            {
                var version = (await store.Read(key))?.Version ?? 0;
                var happened = serializer.SerializeToArray<object>(new Happened((int)version + 1));
                return await store.Commit(Store.Write(key, version, payload: "worker") with
                {
                    Outbox = [new OutboxRow(0, SiloUnderTest.Provider, "single", key, happened, DateTimeOffset.UnixEpoch)],
                });
            }));
            commits += stored.Count(won => won);
            Console.WriteLine(commits);
        }
    }

    /// <summary>Holds still, wherever it is.</summary>
    public void Pause() => Signal("STOP");

    public void Continue() => Signal("CONT");

    /// <summary>Afterwards all that it has said was heard.</summary>
    public void Kill()
    {
        Signal("KILL");
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();

        _process.WaitForExit();
        _process.Dispose();
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
