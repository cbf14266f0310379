using System.Text;

namespace GroupCommit.Specs.Postgres;

public sealed class When_several_processes_write_the_same_rows : IDisposable
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 50).Select(n => $"row-{n}")];

    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_let_one_of_two_first_writes_win_with_its_events_alone()
    {
        await using var one = await Store.Open(_database);
        await using var two = await Store.Open(_database);
        foreach (var key in Keys)
        {
            var (first, second) = (one.Dialect.HoldNext(), two.Dialect.HoldNext());
            var byOne = one.Committer.Commit(Store.Write(key, payload: "one", outgoing: $"{key} one"));
            var byTwo = two.Committer.Commit(Store.Write(key, payload: "two", outgoing: $"{key} two"));
            await Task.WhenAll(first.Arrived, second.Arrived);
            first.Release();
            second.Release();
            Assert.NotEqual(await byOne.Soon(), await byTwo.Soon());
        }

        var winners = new List<string>();
        foreach (var key in Keys)
        {
            winners.Add($"{key} {await one.ReadText(key)}");
            Assert.Equal(1, (await two.Read(key))?.Version);
        }

        Assert.Equal(winners.Order(), _database.Sql.Query("SELECT convert_from(payload, 'UTF8') FROM groupcommit_outbox").Select(row => row[0]).Order());
        Assert.Equal(winners.Where(winner => winner.EndsWith("one", StringComparison.Ordinal)), Texts(one));
        Assert.Equal(winners.Where(winner => winner.EndsWith("two", StringComparison.Ordinal)), Texts(two));
        Assert.Equal($"{Keys.Length}", _database.Sql.Ask("SELECT count(*) FROM orleansstorage"));
    }

    [Fact]
    public async Task Should_leave_out_of_a_batch_only_what_the_other_one_has_written()
    {
        await using var one = await Store.Open(_database);
        await using var two = await Store.Open(_database);
        await two.Commit(Store.Write(Keys[20], payload: "other"));
        var held = one.Dialect.HoldNext();
        var first = one.Committer.Commit(Store.Write("first"));
        await held.Arrived;
        var writes = Keys.Select(key => one.Committer.Commit(Store.Write(key, outgoing: key))).ToList();
        held.Release();
        await first.Soon();

        Assert.Equal(Keys.Select(key => key != Keys[20]), await Task.WhenAll(writes).Soon());
        Assert.Equal("other", await one.ReadText(Keys[20]));
        Assert.Equal(Keys.Where(key => key != Keys[20]), Texts(one));
        Assert.Empty(two.HandedOver);
    }

    [Fact]
    public async Task Should_not_stall_when_one_of_them_is_stopped_anywhere()
    {
        await using var store = await Store.Open(_database);
        using var worker = WorkerProcess.Start(_database, Keys);
        await Eventually.Is(() => worker.Commits > 0, "the other process writes");
        for (var pause = 0; pause < 20; pause++)
        {
            worker.Pause();
            await WriteAll(store).Soon();
            worker.Continue();
            var commits = worker.Commits;
            await Eventually.Is(() => worker.Commits > commits, "the other process writes again");
        }

        worker.Kill();
        await WriteAll(store).Soon();
        Assert.Empty(store.Log.At(Microsoft.Extensions.Logging.LogLevel.Warning));
        Assert.Empty(store.Log.At(Microsoft.Extensions.Logging.LogLevel.Error));
    }

    private static Task WriteAll(Store store) => Task.WhenAll(Keys.Select(async key =>
    {
        // What the other one has sent before it was stopped may still come between.
        while (!await store.Commit(Store.Write(key, (await store.Read(key))?.Version ?? 0)))
        {
        }
    }));

    private static IEnumerable<string> Texts(Store store) => store.HandedOver.Select(row => Encoding.UTF8.GetString(row.Payload.Span));
}
