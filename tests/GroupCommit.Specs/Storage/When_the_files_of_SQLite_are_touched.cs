using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs.Storage;

/// <summary>By rm, by mv, by a backup that is put in their place.</summary>
public sealed class When_the_files_of_SQLite_are_touched : IDisposable
{
    private const string Gone = "the database takes no writes: its files were removed or replaced; restart the process";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData(".lock")]
    public async Task Should_refuse_writes_once_one_is_removed(string file)
    {
        await using var store = await Store.Open(new SqliteFile(_folder.Database));
        Assert.True(await store.Commit(Store.Write("before")));
        File.Delete(_folder.Database + file);

        await Refused(store, "first");
        await Refused(store, "second");
        Assert.Contains("Nothing of this write was stored", (await Refused(store, "third")).Message, StringComparison.Ordinal);
        await Eventually.Is(async () => await store.Health.FindFault() == Gone);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData(".lock")]
    public async Task Should_refuse_writes_once_another_one_is_in_its_place(string file)
    {
        await using var store = await Store.Open(new SqliteFile(_folder.Database));
        Assert.True(await store.Commit(Store.Write("before")));
        await File.WriteAllBytesAsync(_folder.Database + ".copy", []);
        File.Move(_folder.Database + ".copy", _folder.Database + file, overwrite: true);

        await Refused(store, "after");
        await Eventually.Is(async () => await store.Health.FindFault() == Gone);
    }

    /// <summary>As cp over it does, and a shell's <c>&gt;</c>: the file stays the same one.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    public async Task Should_refuse_writes_once_one_is_cut_short_in_its_place(string file)
    {
        await using var store = await Store.Open(new SqliteFile(_folder.Database));
        Assert.True(await store.Commit(Store.Write("before", payload: new string('x', 100_000))));
        await using (var cut = new FileStream(_folder.Database + file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            cut.SetLength(cut.Length / 2);

        Assert.Contains("Nothing of this write was stored", (await Refused(store, "first")).Message, StringComparison.Ordinal);
        Assert.Contains("Nothing of this write was stored", (await Refused(store, "second")).Message, StringComparison.Ordinal);
        await Eventually.Is(async () => await store.Health.FindFault() == Gone);
    }

    [Fact]
    public async Task Should_go_on_once_the_same_files_are_back_and_tell_what_was_stored_meanwhile()
    {
        var away = _folder.Path + "-away";
        await using var store = await Store.Open(new SqliteFile(_folder.Database));
        Assert.True(await store.Commit(Store.Write("before", outgoing: "1")));
        Directory.Move(_folder.Path, away);
        try
        {
            // It was on its way: whether it is stored nobody can know.
            await Refused(store, "first", outgoing: "2");
            await Refused(store, "second", outgoing: "3");
        }
        finally
        {
            Directory.Move(away, _folder.Path);
        }

        Assert.True(await store.Commit(Store.Write("after", outgoing: "4")));
        Assert.Null(await store.Read("second"));
        var stored = await store.Read("first") is null ? (string[])["1", "4"] : ["1", "2", "4"];
        Assert.Equal(stored, await store.Outbox());
        await Eventually.Is(() => store.HandedOver.Count == stored.Length);
        await Eventually.Is(async () => await store.Health.FindFault() is null);
    }

    [Fact]
    public async Task Should_acknowledge_nothing_that_a_restart_does_not_find()
    {
        List<string> acknowledged = [];
        await using (var store = await Store.Open(new SqliteFile(_folder.Database)))
        {
            Assert.True(await store.Commit(Store.Write("before")));
            acknowledged.Add("before");
            File.Copy(_folder.Database, _folder.Database + ".copy");
            File.Copy(_folder.Database + "-wal", _folder.Database + ".copy-wal");
            File.Delete(_folder.Database + "-shm");
            File.Move(_folder.Database + ".copy-wal", _folder.Database + "-wal", overwrite: true);
            File.Move(_folder.Database + ".copy", _folder.Database, overwrite: true);
            for (var i = 0; i < 10; i++)
            {
                try
                {
                    if (await store.Commit(Store.Write($"after-{i}")))
                        acknowledged.Add($"after-{i}");
                }
                catch (DurableStateLostException)
                {
                    // Nobody was told that it is stored.
                }
            }
        }

        await using var next = await Store.Open(new SqliteFile(_folder.Database));
        foreach (var key in acknowledged)
            Assert.NotNull(await next.Read(key));
    }

    [Fact]
    public async Task Should_not_read_what_it_has_not_acknowledged()
    {
        await using var store = await Store.Open(new SqliteFile(_folder.Database));
        await store.Commit(Store.Write("before"));
        File.Delete(_folder.Database);
        await Refused(store, "first");

        // Whoever repeats a request looks whether the first one was stored.
        var error = await Assert.ThrowsAsync<IOException>(() => store.Read("first"));
        Assert.Contains("removed or replaced", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_make_no_new_file_when_it_reads()
    {
        await using var store = await Store.Open(new SqliteFile(_folder.Database));
        await store.Commit(Store.Write("before"));
        File.Delete(_folder.Database);

        await Assert.ThrowsAnyAsync<Exception>(() => store.Dialect.OpenSnapshot(CancellationToken.None));
        Assert.False(File.Exists(_folder.Database));
    }

    [Fact]
    public async Task Should_not_read_from_a_file_that_was_put_in_its_place()
    {
        var other = Path.Combine(_folder.Path, "other.db");
        await (await Store.Open(new SqliteFile(other))).DisposeAsync();
        await using var store = await Store.Open(new SqliteFile(_folder.Database));
        await store.Commit(Store.Write("before"));
        File.Move(other, _folder.Database, overwrite: true);

        await Assert.ThrowsAsync<DatabaseFilesGoneException>(() => store.Dialect.OpenSnapshot(CancellationToken.None));
    }

    [Fact]
    public async Task Should_let_no_second_process_write_beside_it_unnoticed()
    {
        await using var first = await Store.Open(new SqliteFile(_folder.Database));
        File.Delete(_folder.Database + ".lock");
        await using var second = await Store.Open(new SqliteFile(_folder.Database));

        Assert.True(await second.Commit(Store.Write("second")));
        await Refused(first, "first");
    }

    [Fact]
    public async Task Should_follow_a_link_to_where_the_files_are()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_folder.Path, "elsewhere")).FullName;
        var link = Path.Combine(_folder.Path, "link.db");
        await (await Store.Open(new SqliteFile(Path.Combine(elsewhere, "store.db")))).DisposeAsync();
        File.CreateSymbolicLink(link, Path.Combine(elsewhere, "store.db"));

        await using var store = await Store.Open(new SqliteFile(link));
        Assert.True(await store.Commit(Store.Write("a")));
        File.Delete(Path.Combine(elsewhere, "store.db-wal"));
        await Refused(store, "b");
    }

    private static Task<DurableStateLostException> Refused(Store store, string key, string? outgoing = null) =>
        Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write(key, outgoing: outgoing)));
}
