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

    public static async Task<Contenders> Start(StorageSettings settings)
    {
        var contenders = new Contenders();
        try
        {
            if (settings.DataDirectory is { } directory)
                await contenders.AddGroupCommit(Contender.GroupCommitSqlite, "bench-sqlite", options => options.DatabasePath = Path.Combine(directory, "bench.db"));
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
        var silo = await GroupCommitSilo.Start(name, builder => builder.AddGroupCommit(configure));
        _silos.Add(silo);
        _groupCommit.Add(store, silo);
        _all.Add(new Contender(store, Contender.ThroughCommits, Event: false, (count, bytes) => new CommitterRows(silo, count, bytes, publish: false)));
        _all.Add(new Contender(store, Contender.ThroughCommits, Event: true, (count, bytes) => new CommitterRows(silo, count, bytes, publish: true)));
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
}
