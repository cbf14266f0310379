using Testing.Servers;

namespace GroupCommit.Specs.Clustering;

public sealed class When_silos_write_the_membership_table : IAsyncLifetime
{
    private readonly PostgresDatabase _database = new();
    private IMembershipTable _table = null!;

    public async ValueTask InitializeAsync()
    {
        await PostgresSpec.Apply(_database, Orleans.Persistence.GroupCommit.GroupCommitSchemaParts.Clustering);
        _table = await MembershipTable.Open(_database);
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Should_begin_with_an_empty_table_once()
    {
        await _table.Add(MembershipTable.Silo(1));
        var again = await MembershipTable.Open(_database);

        Assert.Equal(1, (await again.ReadAllAsync()).Version.Version);
        Assert.Single((await again.ReadAllAsync()).Members);
        Assert.Equal(0, (await (await MembershipTable.Open(_database, "two")).ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task Should_give_back_what_was_inserted()
    {
        var (one, two) = (MembershipTable.Silo(1), MembershipTable.Silo(2, SiloStatus.Joining, gateway: 0));
        await _table.Add(one, two);

        Assert.Equal([MembershipTable.Line(one), MembershipTable.Line(two)], await _table.Lines());
        var row = await _table.ReadRowAsync(two.SiloAddress);
        Assert.Equal(MembershipTable.Line(two), MembershipTable.Line(Assert.Single(row.Members).Item1));
        Assert.Equal(2, row.Version.Version);
    }

    [Fact]
    public async Task Should_give_the_version_when_there_is_no_such_silo()
    {
        await _table.Add(MembershipTable.Silo(1));

        var row = await _table.ReadRowAsync(MembershipTable.Silo(7).SiloAddress);

        Assert.Empty(row.Members);
        Assert.Equal((1, "1"), (row.Version.Version, row.Version.VersionEtag));
    }

    [Fact]
    public async Task Should_not_insert_on_an_old_version_nor_a_silo_that_is_there()
    {
        var old = await _table.Next();
        await _table.Add(MembershipTable.Silo(1));

        Assert.False(await _table.InsertRowAsync(MembershipTable.Silo(2), old));
        Assert.False(await _table.InsertRowAsync(MembershipTable.Silo(1, SiloStatus.Dead), await _table.Next()));

        Assert.Equal([MembershipTable.Line(MembershipTable.Silo(1))], await _table.Lines());
        Assert.Equal(1, (await _table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task Should_update_on_the_newest_version_only()
    {
        await _table.Add(MembershipTable.Silo(1), MembershipTable.Silo(2));
        var dead = MembershipTable.Silo(1, SiloStatus.Dead, MembershipTable.Start.AddSeconds(9));
        dead.AddSuspector(MembershipTable.Silo(2).SiloAddress, MembershipTable.Start.AddSeconds(8));
        var (next, row) = (await _table.Next(), await _table.ReadRowAsync(dead.SiloAddress));

        Assert.True(await _table.UpdateRowAsync(dead, row.Members[0].Item2, next));
        Assert.False(await _table.UpdateRowAsync(MembershipTable.Silo(2, SiloStatus.Dead), "", next));

        Assert.Equal([MembershipTable.Line(dead), MembershipTable.Line(MembershipTable.Silo(2))], await _table.Lines());
        Assert.Equal(3, (await _table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task Should_update_no_silo_that_is_not_there_and_leave_the_version()
    {
        await _table.Add(MembershipTable.Silo(1));

        Assert.False(await _table.UpdateRowAsync(MembershipTable.Silo(7), "", await _table.Next()));

        Assert.Equal(1, (await _table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task Should_let_one_of_many_at_once_win_each_version()
    {
        await _table.Add(MembershipTable.Silo(1));
        for (var round = 0; round < 5; round++)
        {
            var (next, generation) = (await _table.Next(), 100 * (round + 1));
            var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => i % 2 == 0
                ? _table.InsertRowAsync(MembershipTable.Silo(generation + i), next)
                : _table.UpdateRowAsync(MembershipTable.Silo(1, alive: MembershipTable.Start.AddMinutes(generation + i)), "", next)))).Soon();

            Assert.Single(won, true);
        }

        Assert.Equal(6, (await _table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task Should_note_that_a_silo_is_alive_without_a_new_version()
    {
        await _table.Add(MembershipTable.Silo(1), MembershipTable.Silo(2));
        var alive = MembershipTable.Silo(1, alive: MembershipTable.Start.AddHours(1));

        await _table.UpdateIAmAliveAsync(alive);

        Assert.Equal([MembershipTable.Line(alive), MembershipTable.Line(MembershipTable.Silo(2))], await _table.Lines());
        Assert.Equal(2, (await _table.ReadAllAsync()).Version.Version);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // As before 10.4.
    public async Task Should_clean_away_what_is_long_dead(bool byTheDatabase)
    {
        if (byTheDatabase)
            _database.Run("DELETE FROM orleansquery WHERE querykey = 'CleanupDefunctSiloEntryKey'");

        var (old, young) = (MembershipTable.Start.AddDays(1), MembershipTable.Start.AddDays(3));
        var (table, other) = (await MembershipTable.Open(_database), await MembershipTable.Open(_database, "two"));
        var suspected = MembershipTable.Silo(5, SiloStatus.Dead, old);
        suspected.AddSuspector(MembershipTable.Silo(2).SiloAddress, old);
        await table.Add(
            MembershipTable.Silo(1, SiloStatus.Dead, old), MembershipTable.Silo(2, SiloStatus.Dead, young),
            MembershipTable.Silo(3, SiloStatus.Joining, old), MembershipTable.Silo(4, SiloStatus.Active, old), suspected);
        await table.UpdateRowAsync(suspected, "", await table.Next());
        await other.Add(MembershipTable.Silo(1, SiloStatus.Dead, old));

        await table.CleanupDefunctSiloEntriesAsync(MembershipTable.Start.AddDays(2));

        Assert.Equal([2, 3, 4], (await table.ReadAllAsync()).Members.Select(member => member.Item1.SiloAddress.Generation).Order());
        Assert.Single((await other.ReadAllAsync()).Members);
    }

    [Fact]
    public async Task Should_delete_one_cluster_and_no_other()
    {
        await _table.Add(MembershipTable.Silo(1));
        var other = await MembershipTable.Open(_database, "two");
        await other.Add(MembershipTable.Silo(1));

        await _table.DeleteMembershipTableEntriesAsync("one");

        Assert.Equal("two 1", _database.Ask("SELECT string_agg(deploymentid || ' ' || version, ',') FROM orleansmembershipversiontable"));
        Assert.Single((await other.ReadAllAsync()).Members);
    }
}
