using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Facets;

public abstract class When_a_grain_has_a_map<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_have_its_entries_after_a_reactivation()
    {
        await using var silo = await SpecSilo.Start(Database);
        var ledger = silo.Ledger("ka");
        await ledger.Put("x", 1);
        await ledger.Put("y", 2);
        await ledger.Put("z", 3);
        await ledger.Put("y", 20);
        Assert.True(await ledger.Drop("x"));
        Assert.False(await ledger.Drop("x"));
        await silo.Ledger("kb").Put("x", 100);

        await silo.Deactivate(ledger);

        Assert.Equal([("y", 20), ("z", 3)], (await ledger.Entries()).OrderBy(entry => entry.Key).Select(entry => (entry.Key, (int)entry.Value)));
        Assert.Equal(23, await ledger.Total());
    }

    [Fact]
    public async Task Should_write_only_entries_that_changed()
    {
        await using var silo = await SpecSilo.Start(Database);
        var ledger = silo.Ledger("ka");
        await ledger.PutMany(100);
        await ledger.Put("e7", 5);
        await ledger.Drop("e8");

        Assert.Equal([100, 1, 1], silo.Dialect.Writes.Select(write => write.Entries.Count));
        Assert.Null(silo.Dialect.Writes.Last().Entries[0].Payload);
    }

    [Fact]
    public async Task Should_write_what_changed_before_a_commit_with_it_and_not_alone()
    {
        await using var silo = await SpecSilo.Start(Database);
        var ledger = silo.Ledger("ka");
        await ledger.PutWithoutCommit("x", 1);
        await ledger.PutWithoutCommit("x", 2);
        Assert.Empty(silo.Dialect.Writes);

        await ledger.Put("y", 3);

        Assert.Equal(["x", "y"], silo.Dialect.Writes.Single().Entries.Select(entry => entry.Key).Order());
        await silo.Deactivate(ledger);
        Assert.Equal(2, (await ledger.Entries())["x"]);
    }

    [Fact]
    public async Task Should_not_write_what_changed_after_a_commit_with_it()
    {
        await using var silo = await SpecSilo.Start(Database);
        var ledger = silo.Ledger("ka");
        var held = silo.Dialect.HoldNext();
        var first = ledger.Put("x", 1);
        await held.Arrived;
        var second = ledger.Put("y", 2);
        await Eventually.Is(async () => await ledger.Total() == 3);
        await ledger.PutWithoutCommit("z", 4);
        held.Release();
        await Task.WhenAll(first, second).Soon();

        Assert.Equal([["x"], ["y"]], silo.Dialect.Writes.Select(write => write.Entries.Select(entry => entry.Key)));
        await ledger.Put("y", 3);
        Assert.Equal(["y", "z"], silo.Dialect.Writes.Last().Entries.Select(entry => entry.Key).Order());
    }

    [Fact]
    public async Task Should_carry_a_hundred_thousand_entries()
    {
        await using var silo = await SpecSilo.Start(Database);
        var ledger = silo.Ledger("ka");
        await ledger.PutMany(100_000);
        await ledger.Put("e9999", 2);
        Assert.Single(silo.Dialect.Writes.Last().Entries);
        await silo.Deactivate(ledger);

        var entries = await ledger.Entries();
        Assert.Equal((100_000, 2, 100_001), (entries.Count, (int)entries["e9999"], (int)await ledger.Total()));
    }

    [Fact]
    public async Task Should_forget_entries_whose_commit_was_refused()
    {
        await using var silo = await SpecSilo.Start(Database);
        var ledger = silo.Ledger("ka");
        await ledger.Put("x", 1);

        await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.PutAndPublishToNobody("y", 2));

        Assert.Equal(["x"], (await ledger.Entries()).Keys);
        await ledger.Put("z", 3);
        await silo.Deactivate(ledger);
        Assert.Equal(["x", "z"], (await ledger.Entries()).Keys.Order());
    }

    [Fact]
    public async Task Should_still_store_what_was_committed_before_a_commit_that_is_refused()
    {
        await using var silo = await SpecSilo.Start(Database);
        var ledger = silo.Ledger("ka");
        var held = silo.Dialect.HoldNext();
        var first = ledger.Put("x", 1);
        await held.Arrived;
        var second = ledger.Put("y", 2);
        await Eventually.Is(async () => await ledger.Total() == 3);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.PutAndPublishToNobody("z", 4));
        held.Release();

        await Task.WhenAll(first, second).Soon();
        Assert.Equal(["x", "y"], (await ledger.Entries()).Keys.Order());
    }

    [Fact]
    public async Task Should_forget_entries_that_were_not_stored()
    {
        await using var silo = await SpecSilo.Start(Database);
        var ledger = silo.Ledger("ka");
        await ledger.Put("x", 1);
        silo.Dialect.FailNext();

        await Assert.ThrowsAsync<DurableStateLostException>(() => ledger.Put("y", 2));

        Assert.Equal(["x"], (await ledger.Entries()).Keys);
    }
}

public sealed class When_a_grain_has_a_map_on_SQLite : When_a_grain_has_a_map<SqliteFile>;

public sealed class When_a_grain_has_a_map_on_PostgreSQL : When_a_grain_has_a_map<SpecSchema>;
