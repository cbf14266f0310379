using Microsoft.Data.Sqlite;

namespace GroupCommit.Specs.Outbox;

/// <summary>A database file, looked at from outside.</summary>
internal sealed class SqliteFile : DatabaseUnderTest
{
    private readonly TestFolder _folder = new();

    public override int Waiting => Query("SELECT id, key FROM outbox WHERE quarantined IS NULL").Count;

    public override IReadOnlyDictionary<long, string> Quarantined =>
        Query("SELECT id, quarantined FROM outbox WHERE quarantined IS NOT NULL").ToDictionary(row => row.Id, row => row.Text);

    public override int WaitingOf(string streamKey) =>
        Query("SELECT id, key FROM outbox WHERE quarantined IS NULL").Count(row => row.Text == streamKey);

    public override void Use(ISiloBuilder silo) => silo.AddGroupCommit(options => options.DatabasePath = _folder.Database);

    public override void Kill()
    {
        // The silo's own end closes the file.
    }

    public override void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private List<(long Id, string Text)> Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.Database};Mode=ReadWrite;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only those above.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<(long, string)>();
        while (reader.Read())
            rows.Add((reader.GetInt64(0), reader.GetString(1)));

        return rows;
    }
}
