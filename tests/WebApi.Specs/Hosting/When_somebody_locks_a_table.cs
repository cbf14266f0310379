using System.Net;
using Shop.WebApi.Specs.EndToEnd.Hosting;
using Testing.Servers;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>Of a shop on PostgreSQL: a migration by hand, a forgotten shell. Everything can be read, and nothing stored.</summary>
public sealed class When_somebody_locks_a_table(When_somebody_locks_a_table.LockedShop host) : IClassFixture<When_somebody_locks_a_table.LockedShop>
{
    [Fact]
    public async Task Should_not_be_ready_while_orders_fail_and_be_so_again_by_itself()
    {
        var shopper = new Shopper(host.Http);
        var product = await shopper.Product(stock: 10);
        await using (var other = host.Database.Open())
        {
            await using var command = other.CreateCommand();
            command.CommandText = "BEGIN; LOCK TABLE groupcommit_schedules IN EXCLUSIVE MODE";
            await command.ExecuteNonQueryAsync();

            await Shopper.Eventually(() => shopper.Get("/health/ready"),
                answer => answer.Status == HttpStatusCode.ServiceUnavailable && answer.Text.Contains("the database takes no writes: another connection holds a lock", StringComparison.Ordinal), "not ready");
            (await shopper.Post("/v1/orders", Shopper.OrderJson(product, 1), Shopper.NewId("k"))).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        }

        await Shopper.Eventually(() => shopper.Get("/health/ready"), answer => answer.Status == HttpStatusCode.OK, "ready again");
        await shopper.Order(product, quantity: 1);
    }

    public sealed class LockedShop : ShopHost
    {
        public LockedShop() : this(new PostgresDatabase())
        {
        }

        private LockedShop(PostgresDatabase database) : base(database) => Database = database;

        internal PostgresDatabase Database { get; }
    }
}
