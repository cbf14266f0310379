using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Postgres;

public sealed class When_a_process_wants_the_database_for_itself : IDisposable
{
    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData(GroupCommitSharing.OneProcess, GroupCommitSharing.OneProcess, "is in use by another process (server process ")]
    [InlineData(GroupCommitSharing.OneService, GroupCommitSharing.OneProcess, "is in use by another process (server process ")]
    [InlineData(GroupCommitSharing.OneProcess, GroupCommitSharing.OneService, "is in use by a process that has it for itself (server process ")]
    [InlineData(GroupCommitSharing.OneProcess, GroupCommitSharing.ManyServices, "is in use by a process that has it for itself (server process ")]
    public async Task Should_refuse_a_second_one_while_the_first_one_lives(GroupCommitSharing first, GroupCommitSharing second, string words)
    {
        await using (var store = await Open(first))
        {
            var refusal = (await Assert.ThrowsAnyAsync<GroupCommitStartException>(() => Open(second))).Message;
            Assert.Contains(words, refusal, StringComparison.Ordinal);
            Assert.EndsWith("stop the other one first.", refusal, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal);
            Assert.Equal("1", _database.Sql.Ask("SELECT count(*) FROM groupcommit_owners"));
            Assert.True(await store.Commit(Store.Write("ka")));
        }

        await using var next = await Open(second);
        Assert.NotNull(await next.Read("ka"));
    }

    [Fact]
    public async Task Should_let_silos_share_it()
    {
        await using var one = await Open(GroupCommitSharing.OneService);
        await using var two = await Open(GroupCommitSharing.OneService);

        Assert.True(await one.Commit(Store.Write("ka")));
        Assert.True(await two.Commit(Store.Write("kb")));
    }

    [Fact]
    public async Task Should_start_again_at_once_after_a_kill()
    {
        using (var process = WorkerProcess.Start(_database, "ka"))
        {
            await Eventually.Is(() => process.Commits > 0);
            process.Kill();
        }

        // It shared the database; this one wants it alone.
        await using var next = await Open(GroupCommitSharing.OneProcess);
        Assert.NotNull(await next.Read("ka"));
    }

    [Fact]
    public async Task Should_have_it_again_after_its_connection_broke()
    {
        await using var store = await Open(GroupCommitSharing.OneProcess);

        CutSessions();
        // The batch that finds out may fail.
        await Eventually.Is(async () => await Record.ExceptionAsync(() => store.Commit(Store.Write(Guid.NewGuid().ToString()))) is null);

        await Assert.ThrowsAnyAsync<GroupCommitStartException>(() => Open(GroupCommitSharing.OneProcess));
    }

    [Fact]
    public async Task Should_write_nothing_more_when_another_one_has_taken_it_meanwhile()
    {
        await using var lost = await Open(GroupCommitSharing.OneProcess, options => options.EnqueueTimeout = TimeSpan.FromMilliseconds(200));
        CutSessions();

        await using var store = await Open(GroupCommitSharing.OneProcess);
        // The first one finds out that its connection is gone, the second that somebody else has the database.
        await Assert.ThrowsAsync<DurableStateLostException>(() => lost.Commit(Store.Write("ka")));
        var fault = await Assert.ThrowsAsync<DurableStateLostException>(() => lost.Commit(Store.Write("ka")));

        Assert.Contains("is in use by another process", fault.Message, StringComparison.Ordinal);
        Assert.Null(await store.Read("ka"));
        Assert.True(await store.Commit(Store.Write("ka")));
    }

    private Task<Store> Open(GroupCommitSharing sharing, Action<GroupCommitOptions>? configure = null) => Store.Open(_database, options =>
    {
        options.Sharing = sharing;
        configure?.Invoke(options);
    });

    /// <summary>As a restart of the server does.</summary>
    private void CutSessions() => _database.Sql.Run($"""
        SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name LIKE '{_database.Sql.Schema} %'
        """);
}
