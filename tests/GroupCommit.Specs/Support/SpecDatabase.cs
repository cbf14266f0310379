using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs;

/// <summary>A real database, empty at first, that goes with the spec.</summary>
public abstract class SpecDatabase : DatabaseUnderTest
{
    /// <summary>Whose rows they are; the same in all silos and stores of a spec.</summary>
    public const string ServiceId = "spec";

    /// <summary>Who delivers the events of a spec without a silo.</summary>
    protected static readonly string[] Readers = [Store.Provider];

    /// <summary>Makes it the library's database.</summary>
    public abstract void Configure(GroupCommitOptions options);

    /// <summary>Whether a row can have this key. What cannot is refused, never changed.</summary>
    public abstract bool Takes(string key);

    public override void Use(ISiloBuilder silo) => silo.AddGroupCommit(Configure);

    internal abstract IDialect CreateDialect(IOptions<GroupCommitOptions> options, ILoggerFactory logging);
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
