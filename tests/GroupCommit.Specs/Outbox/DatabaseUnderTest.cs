namespace GroupCommit.Specs.Outbox;

/// <summary>What outlives the silos of a spec.</summary>
internal abstract class DatabaseUnderTest : IDisposable
{
    /// <summary>Outbox rows that are neither delivered nor put aside.</summary>
    public abstract int Waiting { get; }

    /// <summary>Those of streams with this key.</summary>
    public abstract int WaitingOf(string streamKey);

    /// <summary>Outbox rows that were put aside, with their reasons.</summary>
    public abstract IReadOnlyDictionary<long, string> Quarantined { get; }

    public static DatabaseUnderTest Of(Database kind) => kind == Database.Memory ? new MemoryDatabase() : new SqliteFile();

    /// <summary>Makes it the silo's database.</summary>
    public abstract void Use(ISiloBuilder silo);

    /// <summary>The process that uses it dies: nothing is written from now on.</summary>
    public abstract void Kill();

    public abstract void Dispose();
}

/// <summary>The real one, and one that dies harder: after a kill not even what was on its way is written.</summary>
public enum Database
{
    Memory,
    Sqlite,
}
