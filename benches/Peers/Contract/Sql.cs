using Npgsql;

namespace Shop.Benches.Peers.Contract;

internal static class Sql
{
    public static async Task<int> Run(this NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<int> Run(this NpgsqlDataSource database, string sql, params object[] values)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.Run(sql, values);
    }
}
