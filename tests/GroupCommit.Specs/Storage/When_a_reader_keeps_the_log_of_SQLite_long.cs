using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs.Storage;

public sealed class When_a_reader_keeps_the_log_of_SQLite_long : IDisposable
{
    private const int MebibytesAWrite = 24;
    private const long Usual = 64L << 20;
    private readonly SqliteFile _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_say_so_once_show_it_and_be_short_again_when_the_reader_is_gone()
    {
        await using var store = await Store.Open(_database);
        Assert.True(await store.Commit(Store.Write("0")));
        await using (await store.Dialect.OpenSnapshot(CancellationToken.None))
        {
            for (var i = 1; Length() <= SqliteDialect.LongLog + (2L * MebibytesAWrite << 20); i++)
                Assert.True(await store.Commit(Large(i)));

            Assert.Equal(Length(), store.Dialect.Inner.LogSize);
        }

        Assert.Single(store.Log.At(LogLevel.Warning), line => line.Contains("write-ahead log", StringComparison.Ordinal));
        for (var i = 0; i < 4; i++)
            Assert.True(await store.Commit(Store.Write($"after-{i}")));
        Assert.InRange(Length(), 0, Usual);
        Assert.Equal(Length(), store.Dialect.Inner.LogSize);
    }

    private static GrainWrite Large(int number) => Store.Write($"{number}", payload: new string('x', MebibytesAWrite << 20));

    private long Length() => new FileInfo(_database.Path + "-wal").Length;
}
