using Npgsql;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Postgres;

/// <summary>
/// Another session has just changed the rows and not committed: the batch has seen them as they were, waits for that session, and must look again at what
/// it finds then.
/// </summary>
public sealed class When_a_message_changes_while_a_batch_waits : IDisposable
{
    private const string Target = "g/row";

    // What a scheduler's claim does: the row is another one then, and the message the same.
    private const string Claim = "UPDATE groupcommit_schedules SET claimed_by = 7, claimed_until = 1";

    // What arming the messages anew does.
    private const string Replace = "UPDATE groupcommit_schedules SET token = -token, attempts = 0";

    private static readonly DateTimeOffset Due = new(2230, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Theory, InlineData("COMMIT"), InlineData("ROLLBACK")]
    public async Task Should_disarm_what_was_claimed(string end)
    {
        await using var store = await Open();
        await Arm(store, "one", "two", "three");

        Assert.Equal([true], await Meanwhile(store, Claim, end, Change(store, 1, null, "one", "three")));

        Assert.Equal(["two"], (await store.Armed()).Select(row => row.Name));
    }

    [Theory, InlineData("COMMIT"), InlineData("ROLLBACK")]
    public async Task Should_settle_what_was_claimed(string end)
    {
        await using var store = await Open();
        var armed = await Arm(store, "one", "two", "three");

        Assert.Equal([true, true], await Meanwhile(store, Claim, end, Settle(armed["three"]), Settle(armed["one"])));

        Assert.Equal(["two"], (await store.Armed()).Select(row => row.Name));
    }

    [Theory, InlineData("COMMIT"), InlineData("ROLLBACK")]
    public async Task Should_move_what_was_claimed_and_end_the_claim(string end)
    {
        await using var store = await Open();
        var armed = await Arm(store, "one", "two", "three");
        var (first, second) = (store.Committer.NextId(), store.Committer.NextId());

        Assert.Equal([true, true], await Meanwhile(
            store, Claim, end, Move(armed["three"], first, Due.AddHours(3), 3), Move(armed["one"], second, Due.AddHours(1), 1)));

        Assert.Equal(
            [armed["two"], new(Target, "one", second, Due.AddHours(1), 1), new(Target, "three", first, Due.AddHours(3), 3)], await store.Armed());
        Assert.Equal("0", _database.Sql.Ask("SELECT max(claimed_by) FROM groupcommit_schedules WHERE name <> 'two'"));
    }

    [Fact]
    public async Task Should_do_all_of_it_in_one_batch()
    {
        await using var store = await Open();
        var armed = await Arm(store, "disarmed", "settled", "moved", "armed");
        var (moved, again) = (store.Committer.NextId(), store.Committer.NextId());

        Assert.Equal([true, true, true, true], await Meanwhile(
            store, Claim, "COMMIT",
            Change(store, 1, null, "disarmed"),
            Settle(armed["settled"]),
            Move(armed["moved"], moved, Due.AddHours(1), 1),
            Store.Write("other") with { Schedules = [new ScheduleWrite(Target, "armed", again, Due.AddHours(2))] }));

        Assert.Equal([new(Target, "moved", moved, Due.AddHours(1), 1), new(Target, "armed", again, Due.AddHours(2), 0)], await store.Armed());
    }

    [Fact]
    public async Task Should_leave_what_was_armed_anew_and_say_so()
    {
        await using var store = await Open();
        var armed = await Arm(store, "one", "two");

        Assert.Equal([false, false], await Meanwhile(store, Replace, "COMMIT", Settle(armed["one"]), Move(armed["two"], store.Committer.NextId(), Due.AddHours(1), 1)));

        Assert.Equal(
            [armed["one"] with { Token = -armed["one"].Token }, armed["two"] with { Token = -armed["two"].Token }],
            (await store.Armed()).OrderBy(row => row.Name, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Should_say_of_what_is_gone_that_it_is_not_settled()
    {
        await using var store = await Open();
        var armed = await Arm(store, "one", "two");

        Assert.Equal([false, false], await Meanwhile(
            store, "DELETE FROM groupcommit_schedules", "COMMIT", Settle(armed["one"]), Move(armed["two"], store.Committer.NextId(), Due.AddHours(1), 1)));

        Assert.Empty(await store.Armed());
    }

    // The waiting is to end by the other session, not by a limit.
    private Task<Store> Open() => Store.Open(_database, options => (options.LockTimeout, options.StatementTimeout) = (TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2)));

    private static async Task<Dictionary<string, ScheduleRow>> Arm(Store store, params string[] names)
    {
        Assert.True(await store.Commit(Change(store, 0, Due, names)));
        return (await store.Armed()).ToDictionary(row => row.Name);
    }

    private static GrainWrite Change(Store store, long version, DateTimeOffset? dueAt, params string[] names) =>
        Store.Write("row", version) with { Schedules = [.. names.Select(name => new ScheduleWrite(Target, name, store.Committer.NextId(), dueAt))] };

    private static ScheduleSettle Settle(ScheduleRow row) => new(row.Target, row.Name, row.Token, null, 0, 0);

    private static ScheduleSettle Move(ScheduleRow row, long token, DateTimeOffset dueAt, int attempts) => new(row.Target, row.Name, row.Token, dueAt, token, attempts);

    /// <summary>Commits a batch that comes upon the change of another session, which ends only when the batch waits for it.</summary>
    private async Task<IReadOnlyList<bool>> Meanwhile(Store store, string change, string end, params WriteRequest[] batch)
    {
        await using var other = _database.Sql.Open();
        await Run(other, $"BEGIN; {change}");
        var committed = Task.Run(() => store.Dialect.Commit(batch, CancellationToken.None));
        await Eventually.Is(() => _database.Sql.Ask($"SELECT count(*) FROM pg_stat_activity WHERE {other.ProcessID} = ANY (pg_blocking_pids(pid))") == "1", "the batch waits");
        Assert.False(committed.IsCompleted);
        await Run(other, end);
        return await committed.Soon();
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Only those above.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
