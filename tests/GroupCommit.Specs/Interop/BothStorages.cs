using GroupCommit.Specs.GrainStorage;
using Orleans.Storage;
using Testing.Servers;

namespace GroupCommit.Specs.Interop;

/// <summary>A silo with two ways to one table: ours, and Microsoft.Orleans.Persistence.AdoNet.</summary>
internal sealed class BothStorages(SpecSchema database, StorageSilo silo) : IAsyncDisposable
{
    public PostgresDatabase Sql => database.Sql;

    public IGrainStorage Ours => silo.Ours;

    public IGrainStorage Theirs => silo.Storage("theirs");

    public static async Task<BothStorages> Start()
    {
        var database = new SpecSchema();
        await PostgresSpec.Apply(database.Sql);
        return new BothStorages(database, await StorageSilo.Start(database, silo => silo.AddAdoNetGrainStorage(
            "theirs", options => (options.Invariant, options.ConnectionString) = ("Npgsql", database.Sql.ConnectionString))));
    }

    public IGrainStorage this[bool ours] => ours ? Ours : Theirs;

    public async ValueTask DisposeAsync()
    {
        await silo.DisposeAsync();
        database.Dispose();
    }
}
