using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage;
using Testing.Servers;

namespace GroupCommit.Specs.Postgres;

/// <summary>Four processes' writers on the same rows in opposite orders: creates, updates, map entries, events, armings and settlements mixed.</summary>
public sealed class When_four_writers_cross : IDisposable
{
    private const int Rounds = 60;

    private static readonly string[] Keys = [.. Enumerable.Range(0, 40).Select(n => $"row-{n:00}")];
    private static readonly DateTimeOffset Due = new(2230, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PostgresServer _server = PostgresServer.StartNew();
    private readonly ConcurrentDictionary<string, int> _accepted = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // Grains arm the messages of others: many of them at once, and for the first time.
    public async Task Should_never_wait_for_each_other_in_a_circle(bool armOwn) => Assert.Equal("0", await Cross(armOwn));

    /// <returns>How often the server had to end a statement.</returns>
    private async Task<string?> Cross(bool armOwn)
    {
        var database = new SpecSchema(_server);
        var stores = new List<Store>();
        for (var n = 0; n < 4; n++)
        {
            // Longer than the server takes to notice that sessions wait in a circle; otherwise this limit would end them before.
            stores.Add(await Store.Open(
                database, options => (options.LockTimeout, options.StatementTimeout) = (TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(25))));
        }

        await Task.WhenAll(stores.Select((store, n) => Task.Run(() => Write(store, n, armOwn)))).Soon();

        foreach (var key in Keys)
            Assert.Equal(_accepted[key], (await stores[0].Read(key))?.Version);

        Assert.Equal($"{_accepted.Values.Sum()}", database.Sql.Ask("SELECT count(*) FROM groupcommit_outbox"));
        Assert.Equal(_accepted.Values.Sum(), stores.Sum(store => store.HandedOver.Count));
        foreach (var store in stores)
        {
            Assert.Empty(store.Log.At(LogLevel.Warning).Concat(store.Log.At(LogLevel.Error)));
            await store.DisposeAsync();
        }

        // Sessions count what happened to them when they end, at the latest.
        await Eventually.Is(() => database.Sql.Ask("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'") == "1", "all sessions have ended");
        return database.Sql.Ask("SELECT sum(deadlocks) FROM pg_stat_database");
    }

    private async Task Write(Store store, int n, bool armOwn)
    {
        var random = new Random(n);
        for (var round = 0; round < Rounds; round++)
        {
            IEnumerable<string> chosen = [.. Keys.Where(_ => random.Next(3) > 0)];
            var keys = n % 2 == 0 ? chosen.ToList() : [.. chosen.Reverse()];
            var armings = keys.ToDictionary(key => key, key => new ScheduleWrite(
                $"g/{(armOwn ? key : Keys[random.Next(Keys.Length)])}", "ring", store.Committer.NextId(), random.Next(4) == 0 ? null : Due));
            IEnumerable<ScheduleRow> armed = [.. (await store.Armed()).Where(_ => random.Next(3) == 0)];
            var settles = (n % 2 == 0 ? armed : armed.Reverse()).Select(row => store.Commit(
                new ScheduleSettle(row.Target, row.Name, row.Token, random.Next(2) == 0 ? null : Due.AddDays(1), store.Committer.NextId(), 1))).ToList();
            await Task.WhenAll(keys.Select(key => Write(store, key, armings[key])));
            await Task.WhenAll(settles);
        }
    }

    private async Task Write(Store store, string key, ScheduleWrite arming)
    {
        var version = (await store.Read(key))?.Version ?? 0;
        var write = Store.Write(key, version, outgoing: key) with
        {
            Entries = [new EntryWrite("m", $"e{version % 3}", version % 2 == 0 ? new byte[] { 1 } : null)],
            Schedules = [arming],
        };
        if (await store.Commit(write))
            _accepted.AddOrUpdate(key, 1, (_, count) => count + 1);
    }
}
