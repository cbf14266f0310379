using GroupCommit.Specs.Outbox;

namespace GroupCommit.Specs;

/// <summary>What outlives the silos and stores of a spec.</summary>
public abstract class DatabaseUnderTest : IDisposable
{
    /// <summary>Outbox rows that are neither delivered nor put aside.</summary>
    public abstract int Waiting { get; }

    /// <summary>Those of streams with this key.</summary>
    public abstract int WaitingOf(string streamKey);

    /// <summary>Outbox rows that were put aside, with their reasons.</summary>
    public abstract IReadOnlyDictionary<long, string> Quarantined { get; }

    public static DatabaseUnderTest Of(DatabaseKind kind) => kind switch
    {
        DatabaseKind.Memory => new MemoryDatabase(),
        DatabaseKind.Sqlite => new SqliteFile(),
        DatabaseKind.Postgres => new SpecSchema(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Makes it the silo's database.</summary>
    public abstract void Use(ISiloBuilder silo);

    /// <summary>The process that uses it dies: nothing is written from now on.</summary>
    public virtual void Kill()
    {
        // The silo's own end closes a real one.
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>The real ones, and one that dies harder: after a kill not even what was on its way is written.</summary>
public enum DatabaseKind
{
    Memory,
    Sqlite,
    Postgres,
}
