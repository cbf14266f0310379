using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs;

/// <summary>A database file, also looked at from outside.</summary>
public sealed class SqliteFile : SpecDatabase
{
    private const string WaitingSql = $"""
        SELECT id, key FROM outbox WHERE quarantined IS NULL UNION ALL SELECT id, key FROM log WHERE {SqliteReader.Undelivered}
        """;

    private readonly TestFolder _folder = new();
    private readonly string? _path;

    public SqliteFile()
    {
    }

    /// <param name="path">Of a file in a folder of the spec's.</param>
    public SqliteFile(string path) => _path = path;

    public string Path => _path ?? _folder.Database;

    public override int Waiting => Query(WaitingSql).Count;

    public override IReadOnlyDictionary<long, string> Quarantined =>
        Query("SELECT id, quarantined FROM outbox WHERE quarantined IS NOT NULL").ToDictionary(row => row.Id, row => row.Text);

    public override int WaitingOf(string streamKey) =>
        Query(WaitingSql).Count(row => row.Text == streamKey);

    public override bool Takes(string key) => true;

    public override void Configure(GroupCommitOptions options) => options.DatabasePath = Path;

    internal override IDialect CreateDialect(IOptions<GroupCommitOptions> options, ILoggerFactory logging) =>
        new SqliteDialect(options, Options.Create(new ClusterOptions { ServiceId = ServiceId, ClusterId = "spec" }), logging.CreateLogger<SqliteDialect>(), Readers);

    protected override void Dispose(bool disposing)
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private List<(long Id, string Text)> Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Mode=ReadWrite;Pooling=False");
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
