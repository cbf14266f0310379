using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs;

/// <summary>A real database, empty at first, that goes with the spec.</summary>
public abstract class SpecDatabase : DatabaseUnderTest
{
    /// <summary>Makes it the library's database.</summary>
    public abstract void Configure(GroupCommitOptions options);

    public override void Use(ISiloBuilder silo) => silo.AddGroupCommit(Configure);

    internal abstract IDialect CreateDialect(IOptions<GroupCommitOptions> options);
}

/// <summary>A scenario that has to hold on each database. One sealed class each derives from it, so that each can be run alone.</summary>
public abstract class OnEachDatabase<TDatabase> : IDisposable where TDatabase : SpecDatabase, new()
{
    private TDatabase? _database;

    /// <summary>Made when it is first used.</summary>
    protected TDatabase Database => _database ??= new TDatabase();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _database?.Dispose();
}
