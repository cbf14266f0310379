namespace Helm.Specs.Rendering;

/// <summary>What Helm says after an installation: where the shop is, and what may go wrong with these values.</summary>
public sealed class When_notes_are_read
{
    private const string Unencrypted = "WARNING: connections between silos and APIs are not encrypted";
    private const string NoBackups = "WARNING: the database has no backups";

    [Theory]
    [InlineData("demo", false)]
    [InlineData("external", true)]
    [InlineData("cnpg", true)]
    [InlineData("operator", true)]
    [InlineData("external, published", false)]
    public async Task Should_warn_of_connections_without_encryption_in_all_but_the_demo(string installation, bool warned) =>
        Assert.Equal(warned, (await Notes.Of(Installations.Named(installation))).Contains(Unencrypted, StringComparison.Ordinal));

    [Fact]
    public async Task Should_say_so_when_no_policy_shuts_these_ports_either()
    {
        Assert.DoesNotContain("no NetworkPolicy", await Notes.Of(Installations.Named("external")), StringComparison.Ordinal);
        Assert.Contains("no NetworkPolicy", await Notes.Of(With("external", "networkPolicy.enabled=false")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("external", "", false)]
    [InlineData("cnpg", "", true)]
    [InlineData("cnpg", "database.cnpg.backup={\"retentionPolicy\":\"30d\"}", false)]
    public async Task Should_warn_of_a_database_without_backups(string profile, string value, bool warned) =>
        Assert.Equal(warned, (await Notes.Of(With(profile, value) with { Operators = Installations.CloudNativePg })).Contains(NoBackups, StringComparison.Ordinal));

    [Theory]
    [InlineData("", "port-forward service/shop-orleans-shop-api 8080:8080   # http://localhost:8080")]
    [InlineData("api.service.port=80", "port-forward service/shop-orleans-shop-api 8080:80   # http://localhost:8080")]
    // An Ingress says for which hosts it has certificates.
    [InlineData("ingress={\"enabled\":true,\"hosts\":[\"a.example.com\"]}", "  http://a.example.com/\n")]
    [InlineData("ingress={\"enabled\":true,\"hosts\":[\"a.example.com\"],\"tls\":[{\"secretName\":\"x\",\"hosts\":[\"a.example.com\"]}]}", "  https://a.example.com/\n")]
    [InlineData("ingress={\"enabled\":true,\"hosts\":[\"a.example.com\"],\"tls\":[{\"secretName\":\"x\",\"hosts\":[\"*.example.com\"]}]}", "  https://a.example.com/\n")]
    [InlineData("ingress={\"enabled\":true,\"hosts\":[\"a.example.com\",\"b.example.com\"],\"tls\":[{\"secretName\":\"x\",\"hosts\":[\"a.example.com\"]}]}", "  https://a.example.com/\n  http://b.example.com/\n")]
    // Of a route, its Gateway knows.
    [InlineData("route={\"enabled\":true,\"hosts\":[\"a.example.com\"],\"parentRefs\":[{\"name\":\"x\",\"port\":443}]}", "  https://a.example.com/\n")]
    [InlineData("route={\"enabled\":true,\"hosts\":[\"a.example.com\"],\"parentRefs\":[{\"name\":\"x\",\"sectionName\":\"https\",\"port\":8443}]}", "  https://a.example.com:8443/\n")]
    [InlineData("route={\"enabled\":true,\"hosts\":[\"a.example.com\"],\"parentRefs\":[{\"name\":\"x\",\"port\":8000}]}", "  http://a.example.com:8000/\n")]
    [InlineData("route={\"enabled\":true,\"hosts\":[\"a.example.com\"],\"parentRefs\":[{\"name\":\"x\"}]}", "  http://a.example.com/ (https:// where the Gateway's listener has TLS)\n")]
    public async Task Should_say_where_the_shop_is(string value, string where) =>
        Assert.Contains(where, await Notes.Of(With("external", value) with { Operators = Installations.Gateway }), StringComparison.Ordinal);

    [Fact]
    public async Task Should_count_connections_of_the_most_processes_that_there_may_be() => Assert.Contains(
        // Six silos of 42 and seven APIs of five.
        "Connections to it: at most 287, by at most 5 silos (37 + 5 each) and at most 6 APIs (5 each), and by one more of each while pods are replaced.",
        await Notes.Of(Installations.Named("external, published")), StringComparison.Ordinal);

    private static Installation With(string profile, string value) => new(value, [profile], value.Length > 0 ? [value] : []);
}
