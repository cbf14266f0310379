using GroupCommit.Specs.Outbox;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Postgres;

/// <summary>Others live on, on the same database.</summary>
public sealed class When_a_process_dies : IDisposable
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 10).Select(n => $"row-{n}")];

    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_have_its_events_delivered_by_one_that_lives_each_once_and_in_order()
    {
        long acknowledged;
        using (var worker = WorkerProcess.Start(_database, Keys))
        {
            await Eventually.Is(() => worker.Commits > 1_000, "it has written");
            acknowledged = await Kill(worker);
        }

        var versions = Versions();
        ExpectNothingLost(acknowledged, versions);
        Assert.Equal(versions.Values.Sum(), _database.Waiting);
        LetTimePass();
        var deliveries = new Deliveries();
        await using var heir = await SiloUnderTest.Start(_database, deliveries);

        await Eventually.Is(() => _database.Waiting == 0, "the outbox is empty");
        foreach (var (key, version) in versions)
            Assert.Equal(Enumerable.Range(1, version), deliveries[key]);
    }

    [Fact]
    public async Task Should_have_its_events_delivered_by_a_silo_that_has_been_there_all_the_time()
    {
        var deliveries = new Deliveries();
        await using var heir = await SiloUnderTest.Start(_database, deliveries);
        long acknowledged;
        using (var worker = WorkerProcess.Start(_database, Keys))
        {
            await Eventually.Is(() => worker.Commits > 100, "it has written");
            Assert.Equal(0, deliveries.Count); // It may be about to join; its lease has not ended.
            acknowledged = await Kill(worker, others: 1);
        }

        LetTimePass();
        await Eventually.Is(() => _database.Waiting == 0, "the outbox is empty");
        var versions = Versions();
        ExpectNothingLost(acknowledged, versions);
        foreach (var (key, version) in versions)
            Assert.Equal(Enumerable.Range(1, version), deliveries[key]);
    }

    [Fact]
    public async Task Should_have_its_events_delivered_by_one_of_two_heirs()
    {
        long acknowledged;
        using (var worker = WorkerProcess.Start(_database, Keys))
        {
            await Eventually.Is(() => worker.Commits > 1_000, "it has written");
            acknowledged = await Kill(worker);
        }

        var stored = _database.Waiting;
        ExpectNothingLost(acknowledged, Versions());
        Assert.Equal(stored, Versions().Values.Sum());
        LetTimePass();
        var deliveries = new Deliveries();
        var heirs = await Task.WhenAll(SiloUnderTest.Start(_database, deliveries), SiloUnderTest.Start(_database, deliveries));
        await Eventually.Is(() => _database.Waiting == 0, "the outbox is empty");
        foreach (var heir in heirs)
            await heir.DisposeAsync();

        Assert.Equal(stored, deliveries.Count);
    }

    [Fact]
    public async Task Should_have_the_messages_that_it_was_calling_called_by_another_when_its_claim_ends()
    {
        var due = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var dead = await Store.Open(_database);
        await using var other = await Store.Open(_database);
        await dead.Commit(Store.Write("row") with { Schedules = [new ScheduleWrite("g/row", "ring", dead.Committer.NextId(), due)] });

        Task<IReadOnlyList<ScheduleRow>> Due(Store store, TimeSpan later) => store.Dialect.ReadDue(due + later, 10, 0, CancellationToken.None);
        var call = new GroupCommitOptions().ScheduleCallTimeout;
        var claimed = Assert.Single(await Due(dead, TimeSpan.Zero));
        Assert.Empty(await Due(other, TimeSpan.Zero));
        Assert.Empty(await Due(other, call)); // It may still be storing how the call ended.
        Assert.Equal(claimed.Token, Assert.Single(await Due(other, 2 * call)).Token);

        // Whoever comes back from the dead settles nothing that was settled meanwhile.
        Assert.True(await other.Commit(new ScheduleSettle("g/row", "ring", claimed.Token, null, 0, 0)));
        Assert.False(await dead.Commit(new ScheduleSettle("g/row", "ring", claimed.Token, null, 0, 0)));
    }

    /// <returns>How many commits it had been told of, by its own account.</returns>
    private async Task<long> Kill(WorkerProcess worker, int others = 0)
    {
        worker.Kill();
        // What its session had in hand is stored after the death.
        await Eventually.Is(
            () => _database.Sql.Ask($"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{_database.Sql.Schema} writer'") == $"{others}",
            "its session has ended");
        return worker.Commits;
    }

    private Dictionary<string, int> Versions() =>
        _database.Sql.Query("SELECT grainidextensionstring, version FROM orleansstorage").ToDictionary(row => row[0], row => int.Parse(row[1]));

    /// <summary>What was acknowledged is stored; a batch that nobody was told of may be, too.</summary>
    private static void ExpectNothingLost(long acknowledged, Dictionary<string, int> versions) =>
        Assert.InRange(versions.Values.Sum(), acknowledged, acknowledged + Keys.Length);

    /// <summary>The leases of all processes end; those that live renew theirs.</summary>
    private void LetTimePass() => _database.Sql.Run("UPDATE groupcommit_owners SET alive_until = now() - interval '1 second'");
}
