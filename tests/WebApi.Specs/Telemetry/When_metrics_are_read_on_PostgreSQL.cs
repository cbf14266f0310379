using Npgsql;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Telemetry;

[Collection(typeof(InAShopOnPostgres))]
public sealed class When_metrics_are_read_on_PostgreSQL(ShopOnPostgres host)
{
    [Fact]
    public async Task Should_show_the_connections_by_the_name_of_who_uses_them()
    {
        await new Shopper(host.Http).Product(stock: 1);

        var page = await MetricsPage.Read(host.Http);

        var application = new NpgsqlConnectionStringBuilder(host.ConnectionString).ApplicationName;
        foreach (var pool in (string[])[$"{application}", $"{application} single"])
            Assert.Contains(page.Series, series => series.Name.StartsWith("db_client_", StringComparison.Ordinal) && series.Labels.Contains($"\"{pool}\"", StringComparison.Ordinal));
        Assert.DoesNotContain(page.Series, series => series.Labels.Contains("Password", StringComparison.OrdinalIgnoreCase));
    }
}
