using Orleans.Persistence.GroupCommit;

namespace Shop.Benches.Micro.Stores;

/// <summary>All that are compared, started, in one process: only one of them has work at a time.</summary>
internal sealed class Contenders : IAsyncDisposable
{
    private readonly List<BenchSilo> _silos = [];
    private readonly List<Contender> _all = [];
    private readonly Dictionary<string, GroupCommitSilo> _groupCommit = [];

    public IReadOnlyList<Contender> All => _all;

    /// <summary>The silos with group commits, by the name of their store.</summary>
    public IReadOnlyDictionary<string, GroupCommitSilo> GroupCommit => _groupCommit;

    public static async Task<Contenders> Start(StorageSettings settings, PostgresServer? postgres)
    {
        var contenders = new Contenders();
        try
        {
            if (settings.DataDirectory is { } directory)
                await contenders.AddGroupCommit(Contender.GroupCommitSqlite, "bench-sqlite", options => options.DatabasePath = Path.Combine(directory, "bench.db"));
            if (postgres is not null)
            {
                var own = await postgres.InSchema("bench_groupcommit");
                await contenders.AddGroupCommit(Contender.GroupCommitPostgres, "bench-postgres", options => options.ConnectionString = own);
                await contenders.AddAdoNet(await postgres.InSchema("bench_adonet", Script("AdoNet.sql")));
            }
            await contenders.AddMemory();
            return contenders;
        }
        catch
        {
            await contenders.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
            await silo.DisposeAsync();
    }

    private async Task AddGroupCommit(string store, string name, Action<GroupCommitOptions> configure)
    {
        var silo = await GroupCommitSilo.Start(name, builder => builder.AddGroupCommit(configure).AddGroupCommitGrainStorage(BenchSilo.StorageName));
        _silos.Add(silo);
        _groupCommit.Add(store, silo);
        _all.Add(new Contender(store, Contender.ThroughCommits, Event: false, (count, bytes) => new CommitterRows(silo, count, bytes, publish: false)));
        _all.Add(new Contender(store, Contender.ThroughCommits, Event: true, (count, bytes) => new CommitterRows(silo, count, bytes, publish: true)));
        _all.Add(Through(silo, store));
    }

    private async Task AddAdoNet(string connection)
    {
        var silo = await BenchSilo.Start("bench-adonet", builder => builder.AddAdoNetGrainStorage(BenchSilo.StorageName, options =>
        {
            options.Invariant = "Npgsql";
            options.ConnectionString = connection;
        }));
        _silos.Add(silo);
        _all.Add(Through(silo, Contender.AdoNetPostgres));
    }

    private async Task AddMemory()
    {
        var silo = await BenchSilo.Start("bench-memory", builder => builder.AddMemoryGrainStorage(BenchSilo.StorageName));
        _silos.Add(silo);
        _all.Add(Through(silo, Contender.Memory));
    }

    private static Contender Through(BenchSilo silo, string store) => new(
        store, Contender.ThroughGrainStorage, Event: false,
        (count, bytes) => new GrainStorageRows(silo.Storage, silo.Serializer, count, bytes));

    private static string Script(string name)
    {
        using var reader = new StreamReader(typeof(Contenders).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
