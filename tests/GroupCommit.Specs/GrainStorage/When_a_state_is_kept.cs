using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Storage;

namespace GroupCommit.Specs.GrainStorage;

public abstract class When_a_state_is_kept<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_begin_with_a_new_one()
    {
        await using var silo = await StorageSilo.Start(Database);
        var kept = new Kept<Cart>(silo.Ours, "k1");
        kept.Held.State = null!;

        await kept.Read();

        Assert.Equal((false, null), kept.Is);
        Assert.Equal("", kept.State.Text);
    }

    [Fact]
    public async Task Should_come_back_as_it_was_with_its_version_as_ETag()
    {
        await using var silo = await StorageSilo.Start(Database);
        var (kept, again) = (new Kept<Cart>(silo.Ours, "k1"), new Kept<Cart>(silo.Ours, "k1"));

        await kept.Write(new Cart { Text = "héllo", Numbers = [1, 2] });
        Assert.Equal((true, "1"), kept.Is);
        await kept.Write(new Cart { Text = "again", Numbers = [3] });
        await again.Read();

        Assert.Equal((true, "2"), again.Is);
        Assert.Equal(("again", 3), (again.State.Text, Assert.Single(again.State.Numbers)));
    }

    [Fact]
    public async Task Should_tell_names_and_keys_apart()
    {
        await using var silo = await StorageSilo.Start(Database);
        await new Kept<Cart>(silo.Ours, "k1", "one").Write(new Cart { Text = "1" });
        await new Kept<Cart>(silo.Ours, "k1", "two").Write(new Cart { Text = "2" });
        await new Kept<Cart>(silo.Ours, "K1", "one").Write(new Cart { Text = "3" });
        var kept = new Kept<Cart>(silo.Ours, "k1", "one");

        await kept.Read();

        Assert.Equal("1", kept.State.Text);
    }

    [Fact]
    public async Task Should_refuse_a_write_with_an_old_ETag_and_keep_what_is_stored()
    {
        await using var silo = await StorageSilo.Start(Database);
        var (one, two) = (new Kept<Cart>(silo.Ours, "k1"), new Kept<Cart>(silo.Ours, "k1"));
        await one.Write(new Cart { Text = "first" });
        await two.Read();
        await one.Write(new Cart { Text = "second" });

        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => two.Write(new Cart { Text = "late" }));

        Assert.Equal("1", refused.CurrentEtag);
        Assert.Equal((true, "1"), two.Is);
        await two.Read();
        Assert.Equal(("second", "2"), (two.State.Text, two.Held.ETag));
    }

    [Fact]
    public async Task Should_write_what_waits_in_one_batch_and_refuse_only_the_one_in_conflict()
    {
        await using var silo = await StorageSilo.Start(Database);
        await new Kept<Cart>(silo.Ours, "k50").Write();
        var before = silo.Dialect.Batches.Count;
        var held = silo.Dialect.HoldNext();
        var first = new Kept<Cart>(silo.Ours, "first").Write();
        await held.Arrived;

        var writes = Enumerable.Range(0, 100).Select(i => new Kept<Cart>(silo.Ours, $"k{i}").Write()).ToList();
        held.Release();
        await first;

        for (var i = 0; i < writes.Count; i++)
        {
            if (i == 50)
                await Assert.ThrowsAsync<InconsistentStateException>(() => writes[i]);
            else
                await writes[i];
        }

        Assert.Equal(2, silo.Dialect.Batches.Count - before);
    }

    [Fact]
    public async Task Should_let_one_of_many_first_writes_win()
    {
        await using var silo = await StorageSilo.Start(Database);
        var kept = Enumerable.Range(0, 20).Select(i => new Kept<Cart>(silo.Ours, "k1") { Held = { State = new Cart { Numbers = [i] } } }).ToList();

        var outcomes = await Task.WhenAll(kept.Select(one => Record.ExceptionAsync(one.Write).AsTask()));

        var winner = Assert.Single(kept, one => one.Held.RecordExists);
        Assert.Equal(19, outcomes.OfType<InconsistentStateException>().Count());
        var stored = new Kept<Cart>(silo.Ours, "k1");
        await stored.Read();
        Assert.Equal(winner.State.Numbers, stored.State.Numbers);
    }

    [Fact]
    public async Task Should_be_gone_when_cleared_and_keep_its_version()
    {
        await using var silo = await StorageSilo.Start(Database);
        var (kept, again) = (new Kept<Cart>(silo.Ours, "k1"), new Kept<Cart>(silo.Ours, "k1"));
        await kept.Write(new Cart { Text = "gone soon" });

        await kept.Clear();
        await again.Read();

        Assert.Equal((false, "2"), kept.Is);
        Assert.Equal((false, "2"), again.Is);
        Assert.Equal(("", ""), (kept.State.Text, again.State.Text));
        await again.Write(new Cart { Text = "new" });
        Assert.Equal((true, "3"), again.Is);
        await Assert.ThrowsAsync<InconsistentStateException>(kept.Clear);
        await Assert.ThrowsAsync<InconsistentStateException>(() => kept.Write(new Cart()));
    }

    [Fact]
    public async Task Should_clear_what_was_not_read_and_leave_no_row_where_there_was_none()
    {
        await using var silo = await StorageSilo.Start(Database);
        await new Kept<Cart>(silo.Ours, "k1").Write(new Cart { Text = "x" });
        var (there, nowhere) = (new Kept<Cart>(silo.Ours, "k1"), new Kept<Cart>(silo.Ours, "k2"));

        await there.Clear();
        await nowhere.Clear();

        Assert.Equal((false, "2"), there.Is);
        Assert.Equal((false, null), nowhere.Is);
        Assert.Null(Assert.Single(await silo.Dialect.Inner.Read([new RowId("cart", "k2")], CancellationToken.None)));
    }

    [Fact]
    public async Task Should_keep_the_old_ETag_when_the_database_fails()
    {
        await using var silo = await StorageSilo.Start(Database);
        var kept = new Kept<Cart>(silo.Ours, "k1");
        await kept.Write(new Cart { Text = "stored" });
        var held = silo.Dialect.HoldAndFailNext();

        var write = kept.Write(new Cart { Text = "lost" });
        await held.Arrived;
        held.Release();

        await Assert.ThrowsAsync<DurableStateLostException>(() => write);
        Assert.Equal((true, "1"), kept.Is);
        await kept.Write(new Cart { Text = "repeated" });
        Assert.Equal((true, "2"), kept.Is);
    }

    [Fact]
    public async Task Should_refuse_an_ETag_of_another_storage()
    {
        await using var silo = await StorageSilo.Start(Database);
        foreach (var etag in new[] { "0", "-1", "x", "W/\"1\"", "9999999999" })
        {
            var kept = new Kept<Cart>(silo.Ours, "k1") { Held = { ETag = etag } };
            await Assert.ThrowsAsync<ArgumentException>(kept.Write);
        }
    }
}

public sealed class When_a_state_is_kept_on_SQLite : When_a_state_is_kept<SqliteFile>;

public sealed class When_a_state_is_kept_on_PostgreSQL : When_a_state_is_kept<SpecSchema>;
