using Testing.Servers;

namespace Chaos.Cluster;

/// <summary>
/// One silo of three has a clock of its own: wrong when it starts, put forward and back while it works. Orders go on, the others do not take it for dead, nor it them,
/// and nothing is written with a time that is not the database's.
/// </summary>
[Collection(ClusterFixture.Name)]
public sealed class When_the_clock_of_one_silo_is_wrong(ClusterFixture shop, ITestOutputHelper output)
{
    private const string Silo = "2";
    private const int OrdersEach = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Should_go_on_with_orders_and_the_time_of_the_database()
    {
        var clock = shop.Cluster.ClockOf(Silo);
        try
        {
            await shop.Judge(output, ChaosSettings.Seed, async (ordeal, _) =>
            {
                await StartWith(clock, "+10y", ordeal);
                foreach (var offset in (string[])["-10y", "+1d", "-6m"])
                {
                    clock.Step(offset);
                    await More(ordeal);
                }

                await StartWith(clock, "-10y", ordeal);
            });
        }
        finally
        {
            await shop.Cluster.Stop(Silo, cancel);
            shop.Cluster.ClockIsRight(Silo);
            await shop.Cluster.Start(Silo, cancel);
        }
    }

    private async Task StartWith(SteppedClock clock, string offset, Ordeal ordeal)
    {
        await shop.Cluster.Kill(Silo, cancel);
        clock.Step(offset);
        await shop.Cluster.Start(Silo, cancel);
        await More(ordeal);
    }

    private async Task More(Ordeal ordeal)
    {
        await ordeal.UntilPlaced(ordeal.Acknowledged + OrdersEach);
        var database = PostgresDatabase.At(shop.Cluster.ConnectionString);
        // 3 is an active silo. Its last sign of life is of now, by the database's clock, as those of the others are.
        await Wait.Until(() => database.Ask("""
            SELECT count(*) FROM orleansmembershiptable
            WHERE status = 3 AND iamalivetime BETWEEN now() - interval '30 seconds' AND now() + interval '5 seconds' AND starttime < now() + interval '5 seconds'
            """) == "3", Limit, () => $"not all three silos are alive by the database's clock: {database.Ask("SELECT string_agg(siloname || ' ' || status || ' ' || iamalivetime, '; ') FROM orleansmembershiptable")}", cancel);
        Assert.Equal("0", database.Ask("SELECT count(*) FROM orleansmembershiptable WHERE generation < 0"));
    }
}
