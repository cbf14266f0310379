namespace GroupCommit.Specs.Storage;

public sealed class When_the_process_with_a_SQLite_file_dies : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestFolder _afterwards = new();

    public void Dispose()
    {
        _folder.Dispose();
        _afterwards.Dispose();
    }

    [Fact]
    public async Task Should_have_all_that_was_acknowledged_and_nothing_else()
    {
        await using var store = await Store.Open(new SqliteFile(_folder.Database));
        for (var i = 0; i < 50; i++)
            Assert.True(await store.Commit(Store.Write($"k{i}", outgoing: $"e{i}")));

        var held = store.Dialect.HoldNext();
        var open = Enumerable.Range(50, 50).Select(i => store.Committer.Commit(Store.Write($"k{i}", outgoing: $"e{i}"))).ToList();
        await held.Arrived;
        // What is on the disk at this moment is what a killed process leaves: the log was never written back.
        foreach (var file in Directory.GetFiles(_folder.Path).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(_afterwards.Path, Path.GetFileName(file)));

        held.Release();
        await Task.WhenAll(open).Soon();

        await using var next = await Store.Open(new SqliteFile(_afterwards.Database));
        for (var i = 0; i < 100; i++)
            Assert.Equal(i < 50, await next.Read($"k{i}") is not null);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"e{i}"), await next.Outbox());
    }
}
