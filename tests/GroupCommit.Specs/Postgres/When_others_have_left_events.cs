using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage.Postgres;

namespace GroupCommit.Specs.Postgres;

public sealed class When_others_have_left_events : IDisposable
{
    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_take_over_from_the_next_when_it_cannot_from_one_and_try_that_one_again()
    {
        foreach (var name in new[] { "one", "two", "three" })
            await (await Process(name)).DisposeAsync();

        await using var store = await Store.Open(_database);
        await using var heritage = new HeritageUnderTest(store);
        store.Dialect.FailNext();
        var atFirst = 0;
        heritage.MembersAreKnown = () => atFirst = store.HandedOver.Count;
        await heritage.Start();

        Assert.Equal(2, atFirst);
        Assert.Single(heritage.Log.At(LogLevel.Warning), line => line.Contains("Cannot take over", StringComparison.Ordinal));
        await Eventually.Is(() =>
        {
            heritage.Clock.Advance(PostgresHeritage.Interval);
            return store.HandedOver.Count >= 3;
        });
        Assert.Equal(["one", "three", "two"], Taken(store));
    }

    [Fact]
    public async Task Should_leave_alone_at_its_first_look_whoever_may_be_a_member()
    {
        await using var member = await Process("member");
        await using var forgotten = await Process("forgotten");
        await (await Process("left")).DisposeAsync();
        // Nobody could renew for a while: the database was away.
        _database.Sql.Run("UPDATE groupcommit_owners SET alive_until = now() - interval '1 second' WHERE alive_until <> '-infinity'");

        await using var store = await Store.Open(_database);
        await using var heritage = new HeritageUnderTest(store);
        List<string> atFirst = [];
        heritage.MembersAreKnown = () =>
        {
            atFirst.AddRange(Taken(store));
            heritage.Members.Known[SiloOf(member)] = SiloStatus.Active;
        };
        await heritage.Start();

        await Eventually.Is(() => store.HandedOver.Count >= 2);
        Assert.Equal(["left"], atFirst);
        Assert.Equal(["forgotten", "left"], Taken(store));
        Assert.Equal("1", _database.Sql.Ask($"SELECT count(*) FROM groupcommit_owners WHERE silo = '{SiloOf(member)}' AND adopted_by IS NULL"));
        Assert.Equal(["member"], await member.Outbox());
    }

    /// <summary>One that has written an event.</summary>
    private async Task<Store> Process(string name)
    {
        var store = await Store.Open(_database);
        Assert.True(await store.Commit(Store.Write(name, outgoing: name)));
        return store;
    }

    private string SiloOf(Store store) =>
        _database.Sql.Ask($"SELECT silo FROM groupcommit_owners WHERE id = {((PostgresDialect)store.Dialect.Inner).Owners.Id}")!;

    private static IEnumerable<string> Taken(Store store) =>
        store.HandedOver.Select(row => Encoding.UTF8.GetString(row.Payload.Span)).Order(StringComparer.Ordinal);
}
