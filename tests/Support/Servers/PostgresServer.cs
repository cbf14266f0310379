namespace Testing.Servers;

/// <summary>
/// A PostgreSQL server in a folder of its own, by <c>scripts/postgres</c>. Ends with this process at the latest; what a killed process leaves
/// running under <c>SHOP_SERVICES</c> is ended by <c>./test</c>.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<PostgresServer> OfTheProcess = new(StartNew);

    private readonly ServerScript _script = new("postgres");
    private bool _disposed;

    private PostgresServer()
    {
        AppDomain.CurrentDomain.ProcessExit += EndWithTheProcess;
        ConnectionString = _script.Run("start");
    }

    /// <summary>For all specs that leave their server alone: started on first use.</summary>
    public static PostgresServer Shared => OfTheProcess.Value;

    /// <summary>Stays the same across restarts.</summary>
    public string ConnectionString { get; }

    public int Port => new Npgsql.NpgsqlConnectionStringBuilder(ConnectionString).Port;

    /// <summary>For a spec that kills, stops or pauses its server.</summary>
    public static PostgresServer StartNew() => new();

    /// <summary>Starts it again after <see cref="Kill"/> or <see cref="Stop"/>, on the same port; recovers what was committed.</summary>
    public void Start() => _script.Run("start");

    /// <summary>As an operator does: sessions are cut off.</summary>
    public void Stop() => _script.Run("stop");

    /// <summary>All its processes at once, as kill -9, an exhausted machine or a crash does.</summary>
    public void Kill() => _script.Run("kill");

    /// <summary>It holds still: connections stay open, and nobody answers.</summary>
    public void Pause() => _script.Run("pause");

    public void Continue() => _script.Run("continue");

    public void Dispose()
    {
        if (_disposed)
            return;

        _disposed = true;
        AppDomain.CurrentDomain.ProcessExit -= EndWithTheProcess;
        _script.Remove();
    }

    private void EndWithTheProcess(object? sender, EventArgs e) => Dispose();
}
