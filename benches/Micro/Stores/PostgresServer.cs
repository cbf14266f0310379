using Npgsql;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Micro.Stores;

/// <summary>The server that is measured against: on this machine, nobody else's.</summary>
/// <param name="ProcessId">Its first process; all others descend from it.</param>
/// <param name="Said">Version and the settings that decide what a write costs.</param>
internal sealed record PostgresServer(string Connection, int ProcessId, string Said)
{
    private static readonly string[] Settings = ["fsync", "synchronous_commit", "shared_buffers", "max_connections"];

    public static async Task<PostgresServer> Find(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        var session = (int)(await Ask(source, "SELECT pg_backend_pid()"))!;
        var settings = new List<string>();
        foreach (var setting in Settings)
        {
            var value = (string)(await Ask(source, $"SHOW {setting}"))!;
            settings.Add($"{setting} {value}");
            if (setting is "fsync" or "synchronous_commit" && value != "on")
                throw new ArgumentException($"The server has {setting} {value}: it would be measured against stores that are durable.");
        }
        return new PostgresServer(connection, ProcessTree.ParentOf(session), $"{await Ask(source, "SHOW server_version")} ({string.Join(", ", settings)})");
    }

    /// <summary>A connection string whose tables lie in a schema of their own, new and empty.</summary>
    public async Task<string> InSchema(string name, string? script = null)
    {
        await using (var source = NpgsqlDataSource.Create(Connection))
            await Do(source, $"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
        var connection = new NpgsqlConnectionStringBuilder(Connection) { SearchPath = name }.ConnectionString;
        if (script is not null)
        {
            await using var inside = NpgsqlDataSource.Create(connection);
            await Do(inside, script);
        }
        return connection;
    }

    private static async Task<object?> Ask(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private static async Task Do(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
