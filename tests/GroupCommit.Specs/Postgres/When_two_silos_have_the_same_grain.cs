using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Postgres;

/// <summary>As a cluster has for a while after a silo was thought dead: neither knows of the other.</summary>
public sealed class When_two_silos_have_the_same_grain : IDisposable
{
    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_let_one_of_two_first_writes_win_and_show_it_to_the_other()
    {
        await using var one = await SpecSilo.Start(_database);
        await using var two = await SpecSilo.Start(_database);
        var (first, second) = (one.Dialect.HoldNext(), two.Dialect.HoldNext());
        var calls = new[] { one.Counter("same").Add(1, "one"), two.Counter("same").Add(10, "two") };
        await Task.WhenAll(first.Arrived, second.Arrived);
        first.Release();
        second.Release();

        var won = calls[await Won(calls[0]) ? 0 : 1];
        await Assert.ThrowsAsync<DurableStateLostException>(() => calls.Single(call => call != won).Soon());
        Assert.Equal(1, _database.Waiting);
        Assert.Equal(await won, await one.Counter("same").Confirm());
        Assert.Equal(await won, await two.Counter("same").Confirm());
    }

    [Fact]
    public async Task Should_answer_nothing_from_a_state_that_the_other_has_replaced()
    {
        await using var one = await SpecSilo.Start(_database);
        await using var two = await SpecSilo.Start(_database);
        Assert.Equal(1, await one.Counter("same").Add(1));
        Assert.Equal(1, await two.Counter("same").Confirm());
        Assert.Equal(2, await one.Counter("same").Add(1));

        await Assert.ThrowsAsync<DurableStateLostException>(() => two.Counter("same").Confirm());
        Assert.Equal(2, await two.Counter("same").Confirm());
    }

    [Fact]
    public async Task Should_lose_no_commit_that_was_acknowledged()
    {
        await using var one = await SpecSilo.Start(_database);
        await using var two = await SpecSilo.Start(_database);
        var acknowledged = await Task.WhenAll(new[] { one, two }.Select(async (silo, n) =>
        {
            var count = 0;
            for (var attempt = 0; attempt < 200; attempt++)
            {
                if (await Won(silo.Counter("same").Add(1, $"{n}-{attempt}")))
                    count++;
            }

            return count;
        })).Soon();

        // The activation here may be the one that lost last and has not heard of it: then this ends it.
        _ = await Won(one.Counter("same").Confirm());
        Assert.Equal(acknowledged.Sum(), await one.Counter("same").Confirm());
        Assert.Equal(acknowledged.Sum(), _database.Waiting);
        Assert.All(acknowledged, count => Assert.True(count > 0));
    }

    [Fact]
    public async Task Should_keep_the_entries_of_a_map_as_the_winner_wrote_them()
    {
        await using var one = await SpecSilo.Start(_database);
        await using var two = await SpecSilo.Start(_database);
        await one.Ledger("same").Put("x", 1);
        Assert.Equal(1, await two.Ledger("same").Total());
        await one.Ledger("same").Put("x", 5);

        await Assert.ThrowsAsync<DurableStateLostException>(() => two.Ledger("same").Put("x", 100));
        Assert.Equal((5, 5), (await two.Ledger("same").Total(), (await two.Ledger("same").Entries())["x"]));
        await two.Ledger("same").Drop("x");
        await Assert.ThrowsAsync<DurableStateLostException>(() => one.Ledger("same").Put("x", 7));
        Assert.Empty(await one.Ledger("same").Entries());
    }

    private static async Task<bool> Won(Task<long> call)
    {
        try
        {
            await call.Soon();
            return true;
        }
        catch (DurableStateLostException)
        {
            return false;
        }
    }
}
