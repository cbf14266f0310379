using System.Diagnostics;

namespace Testing.Servers;

/// <summary>
/// A PostgreSQL server in a folder of its own, by <c>scripts/postgres</c>. Ends with this process at the latest; what a killed process leaves
/// running under <c>SHOP_SERVICES</c> is ended by <c>./test</c>.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<PostgresServer> OfTheProcess = new(StartNew);
    private static readonly string Script = FindScript();

    private readonly string _folder;
    private bool _disposed;

    private PostgresServer(string folder)
    {
        _folder = folder;
        AppDomain.CurrentDomain.ProcessExit += EndWithTheProcess;
        ConnectionString = Run("start");
    }

    /// <summary>For all specs that leave their server alone: started on first use.</summary>
    public static PostgresServer Shared => OfTheProcess.Value;

    /// <summary>Stays the same across restarts.</summary>
    public string ConnectionString { get; }

    public int Port => new Npgsql.NpgsqlConnectionStringBuilder(ConnectionString).Port;

    /// <summary>For a spec that kills, stops or pauses its server.</summary>
    public static PostgresServer StartNew()
    {
        var services = Environment.GetEnvironmentVariable("SHOP_SERVICES") is { Length: > 0 } given ? given : Path.GetTempPath();
        return new PostgresServer(Path.Combine(services, $"postgres-{Guid.NewGuid():N}"));
    }

    /// <summary>Starts it again after <see cref="Kill"/> or <see cref="Stop"/>, on the same port; recovers what was committed.</summary>
    public void Start() => Run("start");

    /// <summary>As an operator does: sessions are cut off.</summary>
    public void Stop() => Run("stop");

    /// <summary>All its processes at once, as kill -9, an exhausted machine or a crash does.</summary>
    public void Kill() => Run("kill");

    /// <summary>It holds still: connections stay open, and nobody answers.</summary>
    public void Pause() => Run("pause");

    public void Continue() => Run("continue");

    public void Dispose()
    {
        if (_disposed)
            return;

        _disposed = true;
        AppDomain.CurrentDomain.ProcessExit -= EndWithTheProcess;
        Run("kill");
        Directory.Delete(_folder, recursive: true);
    }

    private void EndWithTheProcess(object? sender, EventArgs e) => Dispose();

    private string Run(string verb)
    {
        using var process = Process.Start(new ProcessStartInfo(Script, [verb, _folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = process.StandardError.ReadToEndAsync();
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? answer.Trim()
            : throw new InvalidOperationException($"scripts/postgres {verb} failed: {complaints.GetAwaiter().GetResult()}");
    }

    private static string FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "scripts", "postgres");
            if (File.Exists(script))
                return script;
        }

        throw new InvalidOperationException("No folder above the specs has scripts/postgres.");
    }
}
