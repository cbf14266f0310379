using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>Opens the connections of this process: those that work all the time with settings of their own, and a pool for the rest. Thread-safe.</summary>
internal sealed class PostgresConnections : IDisposable
{
    // Snapshots and leases. Whoever comes when all are out waits for the connection's usual time.
    private const int LargestPool = 32;

    // A client's limit is only for a server that does not answer at all; the server's own comes first.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _single;
    private readonly NpgsqlDataSource _patient;
    private readonly string _name;
    private readonly GroupCommitOptions _options;

    public PostgresConnections(GroupCommitOptions options)
    {
        _options = options;
        CommandTimeout = (int)Math.Ceiling((options.StatementTimeout + Grace).TotalSeconds);
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Enlist = false,
            Multiplexing = false,
            MaxAutoPrepare = 0,
            CommandTimeout = CommandTimeout,
            CancellationTimeout = -1, // Once it has not answered in time, nothing is sent to it any more.
            Pooling = true,
            MaxPoolSize = LargestPool,
        };
        _name = settings.ApplicationName ??= "groupcommit";
        Server = $"'{settings.Database ?? settings.Username}' on {settings.Host}:{settings.Port}";
        Pool = Named(_name, settings);
        settings.Pooling = false;
        _single = Named($"{_name} single", settings);
        // The host's statements have the server's limit, where there is one. This library's say themselves which they have.
        settings.CommandTimeout = 0;
        _patient = Named($"{_name} patient", settings);
    }

    /// <summary>The database in words.</summary>
    public string Server { get; }

    /// <summary>In seconds: after this nothing is waited for any more. Where a connection has no limit, statements may have it.</summary>
    public int CommandTimeout { get; }

    /// <summary>For what is done now and then.</summary>
    public NpgsqlDataSource Pool { get; }

    /// <summary>For one statement at a time that writes a batch.</summary>
    /// <remarks>
    /// All lookups in it are by array or by conflict, and all its joins are between what it carries itself: a nested loop would be the one way to go
    /// wrong. Plans are made once: the tables are as good as empty then, and grow.
    /// </remarks>
    public NpgsqlConnection OpenForWriting() => Open("writer", "enable_nestloop");

    /// <summary>For statements that look rows up by their keys: a plan that scans is always the wrong one.</summary>
    public NpgsqlConnection OpenForReading() => Open("reader", "enable_hashjoin", "enable_mergejoin");

    /// <summary>
    /// For a projection: its statements are the host's, so they are planned as anywhere. A process that is stopped, or whose machine is
    /// gone, keeps neither its lease nor its locks for longer than it may be silent.
    /// </summary>
    /// <param name="patience">How long a call of the host may take: each of its statements may, too.</param>
    /// <param name="silence">Between two statements; within a transaction, after that.</param>
    public NpgsqlConnection OpenForProjection(TimeSpan patience, TimeSpan silence) => OpenWith(
        _patient, "projection", patience > _options.StatementTimeout ? patience : _options.StatementTimeout,
        ("idle_session_timeout", Milliseconds(silence)), ("idle_in_transaction_session_timeout", Milliseconds(patience + silence)));

    public void Dispose()
    {
        Pool.Dispose();
        _single.Dispose();
        _patient.Dispose();
    }

    /// <summary>Npgsql's metrics show the name, and without one where the database is and who uses it.</summary>
    private static NpgsqlDataSource Named(string name, NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlDataSourceBuilder(settings.ToString()) { Name = name }.Build();

    private NpgsqlConnection Open(string role, params string[] off) => OpenWith(_single, role, _options.StatementTimeout,
    [
        ("idle_in_transaction_session_timeout", "0"), ("idle_session_timeout", "0"), ("plan_cache_mode", "force_generic_plan"),
            ("jit", "off"),
        ("enable_seqscan", "off"), ("enable_bitmapscan", "off"), .. off.Select(name => (name, "off")),
    ]);

    private NpgsqlConnection OpenWith(
        NpgsqlDataSource source, string role, TimeSpan statementTimeout, params (string Name, string Value)[] own)
    {
        var connection = source.CreateConnection();
        try
        {
            connection.Open();
            using var settings = connection.CreateCommand();
            settings.CommandTimeout = CommandTimeout;
            // A machine that is gone must not keep its locks for hours: the server looks after it.
            settings.CommandText = $"""
                SELECT set_config(name, value, false) FROM (VALUES
                    ('lock_timeout', @lock), ('statement_timeout', @statement), ('default_transaction_isolation', 'read committed'),
                    {string.Join(", ", own.Select(setting => $"('{setting.Name}', '{setting.Value}')"))},
                    ('tcp_keepalives_idle', '10'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3'),
                    ('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END),
                    ('application_name', @role)) AS settings (name, value)
                """;
            settings.Parameters.AddWithValue("lock", Milliseconds(_options.LockTimeout));
            settings.Parameters.AddWithValue("statement", Milliseconds(statementTimeout));
            settings.Parameters.AddWithValue("role", $"{_name} {role}");
            settings.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string Milliseconds(TimeSpan time) => $"{(long)Math.Ceiling(time.TotalMilliseconds)}ms";
}
