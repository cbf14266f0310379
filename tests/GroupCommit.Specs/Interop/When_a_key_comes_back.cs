using Npgsql;
using NpgsqlTypes;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Testing.Servers;

namespace GroupCommit.Specs.Interop;

public class When_a_key_comes_back
{
    [Fact]
    public async Task Should_be_the_text_that_was_stored()
    {
        List<(string Key, StorageKey Columns)> stored = [];
        foreach (var key in (string[])[.. Keys.Plain, .. Keys.Numbers, .. Keys.Guids, .. Keys.Random(5_000)])
        {
            try
            {
                stored.Add((key, StorageKey.Of(key)));
            }
            catch (ArgumentException)
            {
                // Refused, so it never comes back.
            }
        }

        using var database = new PostgresDatabase();
        await PostgresSpec.Apply(database);
        await using var connection = database.Open();
        await using var command = new NpgsqlCommand(
            "SELECT groupcommit_key(n0, n1, extension) FROM unnest($1, $2, $3) WITH ORDINALITY AS keys (n0, n1, extension, i) ORDER BY i", connection)
        {
            Parameters =
            {
                new() { Value = stored.Select(row => row.Columns.N0).ToArray() },
                new() { Value = stored.Select(row => row.Columns.N1).ToArray() },
                new() { Value = stored.Select(row => row.Columns.Extension).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        };
        List<string> read = [];
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            read.Add(reader.GetString(0));

        Assert.True(stored.Count > 4_000);
        Assert.Equal(stored.Select(row => row.Key), read);
    }
}
