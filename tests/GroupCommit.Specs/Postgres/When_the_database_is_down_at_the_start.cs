using Testing.Servers;

namespace GroupCommit.Specs.Postgres;

public sealed class When_the_database_is_down_at_the_start : IDisposable
{
    private readonly PostgresServer _server = PostgresServer.StartNew();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Should_say_in_one_line_which_one_cannot_be_reached()
    {
        var database = new SpecSchema(_server);
        _server.Stop();

        var error = await Assert.ThrowsAnyAsync<Exception>(() => Store.Open(database));
        Assert.Contains($"127.0.0.1:{_server.Port}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);

        _server.Start();
        await using var store = await Store.Open(database);
        Assert.True(await store.Commit(Store.Write("row")));
    }

    [Fact]
    public async Task Should_wait_for_it_when_told_to()
    {
        var database = new SpecSchema(_server);
        _server.Stop();
        var opening = Task.Run(() => Store.Open(database, options => options.StartTimeout = Limits.Patience));
        Assert.False(opening.IsCompleted);
        _server.Start();

        await using var store = await opening.Soon();
        Assert.True(await store.Commit(Store.Write("row")));
    }

    [Fact]
    public async Task Should_not_start_the_silo()
    {
        var database = new SpecSchema(_server);
        _server.Stop();

        var error = await Assert.ThrowsAnyAsync<Exception>(() => SpecSilo.Start(database));
        Assert.Contains($"127.0.0.1:{_server.Port}", error.ToString(), StringComparison.Ordinal);
    }
}
