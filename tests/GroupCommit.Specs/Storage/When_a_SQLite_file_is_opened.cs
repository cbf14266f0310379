using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs.Storage;

public sealed class When_a_SQLite_file_is_opened : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Should_refuse_a_second_user_and_name_the_file()
    {
        await using (var store = await Store.Open(new SqliteFile(_folder.Database)))
        {
            var error = await Assert.ThrowsAsync<GroupCommitStartException>(() => Store.Open(new SqliteFile(_folder.Database)));
            Assert.Contains($"'{_folder.Database}' is in use by another process", error.Message, StringComparison.Ordinal);
            Assert.True(await store.Commit(Store.Write("a")));
        }

        await using var next = await Store.Open(new SqliteFile(_folder.Database));
        Assert.NotNull(await next.Read("a"));
    }

    [Fact]
    public async Task Should_create_its_folder()
    {
        var path = Path.Combine(_folder.Path, "deep", "er", "store.db");
        await using var store = await Store.Open(new SqliteFile(path));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Should_leave_a_foreign_database_alone()
    {
        Sql("CREATE TABLE customers (id INTEGER)");
        await Refused("of another application");
        Assert.Equal("0", Ask("PRAGMA user_version"));
        Assert.Equal("delete", Ask("PRAGMA journal_mode"));
    }

    [Fact]
    public async Task Should_refuse_a_file_that_is_no_database()
    {
        await File.WriteAllTextAsync(_folder.Database, string.Concat(Enumerable.Repeat("This is a letter. ", 500)));
        await Refused("no SQLite database");
    }

    [Fact]
    public async Task Should_refuse_a_schema_that_only_newer_releases_can_work_on()
    {
        await (await Store.Open(new SqliteFile(_folder.Database))).DisposeAsync();
        Sql($"PRAGMA user_version = {SqliteSchema.Version + 1}");
        await Refused("needs a release that knows schema version 6 or later; this one knows versions up to 5.");
    }

    [Fact]
    public async Task Should_not_create_tables_when_told_not_to()
    {
        var error = await Assert.ThrowsAsync<GroupCommitStartException>(
            () => Store.Open(new SqliteFile(_folder.Database), options => options.ApplySchemaAtStart = false));
        Assert.Contains(nameof(GroupCommitOptions.ApplySchemaAtStart), error.Message, StringComparison.Ordinal);

        await (await Store.Open(new SqliteFile(_folder.Database))).DisposeAsync();
        await using var store = await Store.Open(new SqliteFile(_folder.Database), options => options.ApplySchemaAtStart = false);
        Assert.True(await store.Commit(Store.Write("a")));
    }

    [Fact]
    public async Task Should_flush_each_commit()
    {
        await using var store = await Store.Open(new SqliteFile(_folder.Database));
        Assert.Equal("2", SqliteDatabase.Query(((SqliteDialect)store.Dialect.Inner).Writer!, "PRAGMA synchronous"));
        Assert.Equal("wal", SqliteDatabase.Query(((SqliteDialect)store.Dialect.Inner).Writer!, "PRAGMA journal_mode"));
    }

    private async Task Refused(string why)
    {
        var error = await Assert.ThrowsAsync<GroupCommitStartException>(() => Store.Open(new SqliteFile(_folder.Database)));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Database, error.Message, StringComparison.Ordinal);
    }

    private void Sql(string sql)
    {
        using var connection = new SqliteDatabase(_folder.Database, TimeSpan.FromSeconds(5)).Open();
        SqliteDatabase.Run(connection, sql);
    }

    private string? Ask(string sql)
    {
        using var connection = new SqliteDatabase(_folder.Database, TimeSpan.FromSeconds(5)).OpenForReading();
        return SqliteDatabase.Query(connection, sql);
    }
}
