using GroupCommit.Specs.GrainStorage;
using Orleans.Storage;

namespace GroupCommit.Specs.Interop;

/// <summary>Two of its faults, and what becomes of them on our table and in our provider.</summary>
public sealed class When_the_AdoNet_provider_would_lose_a_state : IAsyncLifetime
{
    private BothStorages _both = null!;

    public async ValueTask InitializeAsync() => _both = await BothStorages.Start();

    public ValueTask DisposeAsync() => _both.DisposeAsync();

    [Theory, InlineData(true), InlineData(false)]
    public async Task Should_let_one_of_two_overlapping_first_writes_win(bool ours)
    {
        // The first one has written and not yet committed while the second one looks whether the row is there: its own check finds nothing.
        await using var other = _both.Sql.Open();
        await using var transaction = await other.BeginTransactionAsync();
        var key = AdoNetKey.Of("k1");
        await using (var insert = other.CreateCommand())
        {
            insert.CommandText = $"""
                INSERT INTO orleansstorage (grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, grainidextensionstring, serviceid,
                    payloadbinary, modifiedon, version)
                VALUES ({key.IdHash}, 0, 0, {AdoNetKey.HashOf("cart")}, 'cart', 'k1', '{SpecDatabase.ServiceId}', NULL, now(), 1)
                """;
            await insert.ExecuteNonQueryAsync();
        }

        var second = Record.ExceptionAsync(new Kept<Cart>(_both[ours], "k1").Write).AsTask();
        await Eventually.Is(() => _both.Sql.Ask("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid' "
            + "AND pid IN (SELECT pid FROM pg_stat_activity WHERE query LIKE '%orleansstorage%')") != "0");
        await transaction.CommitAsync();

        Assert.IsType<InconsistentStateException>(await second.Soon());
        Assert.Equal("1", _both.Sql.Ask("SELECT count(*) FROM orleansstorage"));
    }

    [Fact]
    public async Task Should_let_one_win_when_both_providers_write_first_at_once()
    {
        for (var round = 0; round < 30; round++)
        {
            var kept = Enumerable.Range(0, 6).Select(i => new Kept<Cart>(_both[i % 2 == 0], $"k{round}")).ToList();

            await Task.WhenAll(kept.Select(one => Record.ExceptionAsync(() => Task.Run(one.Write)).AsTask())).Soon();

            Assert.Single(kept, one => one.Held.RecordExists);
        }

        Assert.Equal("30", _both.Sql.Ask("SELECT count(*) FROM orleansstorage"));
    }

    [Fact]
    public async Task Should_refuse_a_key_that_the_other_one_takes_for_another_grains()
    {
        await new Kept<Cart>(_both.Theirs, "1").Write(new Cart { Text = "of grain 1" });
        foreach (var key in (string[])["01", "0001"])
        {
            var theirs = new Kept<Cart>(_both.Theirs, key);
            await theirs.Read();
            Assert.Equal("of grain 1", theirs.State.Text); // The fault.

            var ours = new Kept<Cart>(_both.Ours, key);
            foreach (var work in (Func<Task>[])[ours.Read, () => ours.Write(), ours.Clear])
                Assert.Contains("would come back as '1'", (await Assert.ThrowsAsync<ArgumentException>(work)).Message, StringComparison.Ordinal);
        }
    }
}
