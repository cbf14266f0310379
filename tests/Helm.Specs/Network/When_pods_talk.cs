using Helm.Specs.Rendering;

namespace Helm.Specs.Network;

/// <summary>Whoever has to talk to somebody may, and nobody else.</summary>
public sealed class When_pods_talk
{
    private const int Silos = 11111;
    private const int Gateway = 30000;
    private const int Http = 8080;
    private const int Management = 8081;
    private const int Postgres = 5432;
    private const int RabbitMq = 5672;

    [Theory]
    [InlineData("silo", "silo", Silos)]
    [InlineData("api", "silo", Gateway)]
    [InlineData("silo", "demo-postgres", Postgres)]
    [InlineData("api", "demo-postgres", Postgres)]
    [InlineData("silo", "demo-rabbitmq", RabbitMq)]
    [InlineData("test", "api", Http)]
    [InlineData("stranger", "api", Http)]
    [InlineData("outsider", "api", Http)]
    [InlineData("outsider", "api", Management)]
    [InlineData("outsider", "silo", Management)]
    public async Task Should_let_through_what_the_shop_lives_by(string from, string to, int port) => Assert.True(await Allowed("demo", from, to, port));

    [Theory]
    [InlineData("api", "silo", Silos)]
    [InlineData("silo", "silo", Gateway)]
    [InlineData("api", "demo-rabbitmq", RabbitMq)]
    [InlineData("test", "silo", Gateway)]
    [InlineData("test", "demo-postgres", Postgres)]
    [InlineData("demo-rabbitmq", "demo-postgres", Postgres)]
    [InlineData("demo-postgres", "silo", Gateway)]
    [InlineData("silo", "api", Http)]
    [InlineData("stranger", "silo", Silos)]
    [InlineData("stranger", "silo", Gateway)]
    [InlineData("stranger", "demo-postgres", Postgres)]
    [InlineData("stranger", "demo-rabbitmq", RabbitMq)]
    [InlineData("outsider", "silo", Silos)]
    [InlineData("outsider", "silo", Gateway)]
    [InlineData("outsider", "demo-postgres", Postgres)]
    [InlineData("outsider", "demo-rabbitmq", RabbitMq)]
    [InlineData("silo", "outsider", 443)]
    [InlineData("api", "outsider", 443)]
    public async Task Should_stop_everything_else(string from, string to, int port) => Assert.False(await Allowed("demo", from, to, port));

    [Theory]
    [InlineData("silo", Postgres, true)]
    [InlineData("api", Postgres, true)]
    [InlineData("migrate", Postgres, true)]
    [InlineData("silo", 5671, true)]
    [InlineData("api", 5671, false)]
    [InlineData("migrate", 5671, false)]
    [InlineData("silo", 443, false)]
    [InlineData("api", 443, false)]
    [InlineData("migrate", 443, false)]
    public async Task Should_let_through_to_servers_outside_what_goes_to_them(string from, int port, bool allowed) =>
        Assert.Equal(allowed, await Allowed("external", from, "outsider", port));

    [Theory]
    [InlineData("silo")]
    [InlineData("api")]
    [InlineData("migrate")]
    [InlineData("test")]
    public async Task Should_let_everybody_out_by_the_ways_that_were_added(string from)
    {
        Assert.False(await Allowed("external", from, "outsider", 6432));
        Assert.True(await Allowed("migrate with a certificate and a way of its own", from, "outsider", 6432));
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("api")]
    [InlineData("migrate")]
    [InlineData("test")]
    public async Task Should_let_everybody_ask_ask_for_names(string from)
    {
        foreach (var protocol in (string[])["UDP", "TCP"])
            Assert.True(await Allowed("external", from, "outsider", 53, protocol));
    }

    [Fact]
    public async Task Should_let_in_the_Ingress_alone_where_it_is_named()
    {
        Assert.False(await Allowed("external, published", "stranger", "api", Http));
        Assert.True(await Allowed("external, published", "test", "api", Http));
    }

    [Fact]
    public async Task Should_leave_no_pod_of_the_release_without_a_policy()
    {
        foreach (var installation in Installations.All.Where(each => !each.Values.Contains("networkPolicy.enabled=false")))
        {
            var policies = (await Chart.Manifests(installation.Name)).Where(each => each.Kind == "NetworkPolicy").ToList();
            Assert.All(await Chart.PodsOf(installation.Name), pods => Assert.Contains(policies, policy => pods.Match(policy.Spec!["podSelector"])));
        }
    }

    [Fact]
    public async Task Should_have_none_where_they_are_not_wanted() =>
        Assert.DoesNotContain(await Chart.Manifests("demo with volumes, images of a registry"), each => each.Kind == "NetworkPolicy");

    private static async Task<bool> Allowed(string installation, string from, string to, int port, string protocol = "TCP")
    {
        var manifests = await Chart.Manifests(installation);
        var parties = (await Chart.PodsOf(installation)).Select(Party.Of).Append(Party.Stranger).Append(Party.Outsider).ToDictionary(each => each.Name);
        return new Policies(manifests).Allow(parties[from], parties[to], port, protocol);
    }
}
