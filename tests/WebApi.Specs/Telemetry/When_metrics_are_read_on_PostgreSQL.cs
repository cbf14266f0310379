using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Telemetry;

[Collection(typeof(InAShopOnPostgres))]
public sealed class When_metrics_are_read_on_PostgreSQL(ShopOnPostgres host)
{
    [Fact]
    public async Task Should_show_the_connections_and_not_where_the_database_is()
    {
        await new Shopper(host.Http).Product(stock: 1);

        var page = await MetricsPage.Read(host.Http);

        var connections = page.Series.Where(series => series.Name.StartsWith("db_client_", StringComparison.Ordinal)).ToList();
        Assert.Contains(connections, series => series.Labels.Contains("\"groupcommit\"", StringComparison.Ordinal));
        Assert.DoesNotContain(connections, series => series.Labels.Contains("Host=", StringComparison.OrdinalIgnoreCase) && series.Labels.Contains("groupcommit", StringComparison.Ordinal));
        Assert.DoesNotContain(page.Series, series => series.Labels.Contains("Password", StringComparison.OrdinalIgnoreCase));
    }
}
