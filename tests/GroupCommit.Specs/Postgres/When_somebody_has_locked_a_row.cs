using Npgsql;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Postgres;

/// <summary>A shell, a backup, another tool: a session that is not ours.</summary>
public sealed class When_somebody_has_locked_a_row : IDisposable
{
    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_fail_its_own_write_and_no_other()
    {
        await using var store = await Store.Open(_database, options => options.LockTimeout = TimeSpan.FromMilliseconds(200));
        await store.Commit(Store.Write("locked"));
        var lockHolder = Lock("locked");
        var held = store.Dialect.HoldNext();
        var first = store.Committer.Commit(Store.Write("first"));
        await held.Arrived;
        var before = Enumerable.Range(0, 25).Select(i => store.Committer.Commit(Store.Write($"before-{i}", outgoing: "event"))).ToList();
        var locked = store.Committer.Commit(Store.Write("locked", 1, outgoing: "never"));
        var after = Enumerable.Range(0, 25).Select(i => store.Committer.Commit(Store.Write($"after-{i}", outgoing: "event"))).ToList();
        held.Release();

        Assert.All(await Task.WhenAll([first, .. before, .. after]).Soon(), Assert.True);
        var error = await Assert.ThrowsAsync<DurableStateLostException>(() => locked.Soon());
        Assert.Contains(nameof(GroupCommitOptions.LockTimeout), error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await store.Read("locked"))?.Version);
        Assert.Equal(Enumerable.Repeat("event", 50), await store.Outbox());

        await lockHolder.DisposeAsync();
        Assert.True(await store.Commit(Store.Write("locked", 1)));
    }

    [Fact]
    public async Task Should_end_a_statement_that_takes_too_long_with_a_clear_error_and_nothing_stored()
    {
        await using var store = await Store.Open(_database, options =>
        {
            options.LockTimeout = TimeSpan.FromSeconds(30);
            options.StatementTimeout = TimeSpan.FromMilliseconds(300);
        });
        await store.Commit(Store.Write("locked"));
        var lockHolder = Lock("locked");

        var error = await Assert.ThrowsAsync<DurableStateLostException>(() => store.Commit(Store.Write("locked", 1, outgoing: "never")));
        Assert.Contains(nameof(GroupCommitOptions.StatementTimeout), error.Message, StringComparison.Ordinal);
        Assert.True(await store.Commit(Store.Write("other")));
        await lockHolder.DisposeAsync();

        Assert.Equal(1, (await store.Read("locked"))?.Version);
        Assert.Empty(await store.Outbox());
        Assert.True(await store.Commit(Store.Write("locked", 1)));
    }

    private NpgsqlConnection Lock(string key)
    {
        var connection = _database.Sql.Open();
        using var command = new NpgsqlCommand($"BEGIN; SELECT 1 FROM orleansstorage WHERE grainidextensionstring = '{key}' FOR UPDATE", connection);
        Assert.Equal(1, command.ExecuteScalar());
        return connection;
    }
}
