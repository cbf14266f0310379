using System.Text.RegularExpressions;
using Helm.Specs.Rendering;

namespace Helm.Specs.Security;

/// <summary>A process refuses to start with a setting that it does not know, so the chart sets none.</summary>
public sealed partial class When_the_environment_is_set
{
    private static readonly HashSet<string> Documented = [.. Row().Matches(Repository.Read("docs/settings.md")).Select(row => row.Groups["key"].Value)];

    public static TheoryData<string> All => Installations.Names;

    [Theory, MemberData(nameof(All))]
    public async Task Should_set_nothing_that_the_shop_does_not_know(string installation) => Assert.Empty(
        from pods in await Chart.PodsOf(installation)
        from variable in pods.Environment
        let name = variable.Variable["name"]!.ToString()
        let key = Index().Replace(name.Replace("__", ":", StringComparison.Ordinal), "")
        where key.Split(':')[0] is "Shop" or "Orleans" or "ConnectionStrings" && !Documented.Contains(key)
        select $"{pods}: {name}");

    [Theory, MemberData(nameof(All))]
    public async Task Should_set_nothing_twice(string installation) => Assert.All(
        from pods in await Chart.PodsOf(installation) from container in pods.AllContainers select (pods, container),
        each => Assert.DoesNotContain(Manifest.List(each.container, "env").CountBy(variable => variable["name"]!.ToString()), count => count.Value > 1));

    [Theory, MemberData(nameof(All))]
    public async Task Should_make_silos_and_APIs_parts_of_one_cluster(string installation)
    {
        var processes = (await Chart.PodsOf(installation)).Where(pods => pods.Component is "silo" or "api").ToList();

        Assert.Equal(2, processes.Count);
        Assert.All(processes, pods =>
        {
            var container = Assert.Single(pods.Containers);
            var values = Manifest.List(container, "env").ToDictionary(each => each["name"]!.ToString(), each => each["value"]?.ToString());
            Assert.Equal("Cluster", values["Shop__Mode"]);
            Assert.DoesNotContain("Username", values["ConnectionStrings__Postgres"], StringComparison.OrdinalIgnoreCase);
            if (pods.Component == "silo")
                Assert.Equal("$(POD_IP)", values["Orleans__AdvertisedIPAddress"]);
        });
        foreach (var name in (string[])["Orleans__ClusterId", "Orleans__ServiceId", "ConnectionStrings__Postgres"])
            Assert.Single(processes.Select(pods => Manifest.List(pods.Containers.Single(), "env").SingleOrDefault(each => each["name"]!.ToString() == name)?.ToJsonString()).Distinct());
    }

    [Fact]
    public async Task Should_let_silos_listen_as_a_witness_where_that_is_wanted()
    {
        var told = new List<string>();
        foreach (var installation in Installations.All)
        {
            told.AddRange(
                from pods in await Chart.PodsOf(installation.Name)
                from variable in pods.Environment
                where variable.Variable["name"]!.ToString() == "Shop__Audit__Witness"
                select $"{pods.Component}: {variable.Variable["value"]}");
        }

        Assert.Equal(["silo: true"], told);
    }

    [Fact]
    public async Task Should_answer_to_the_names_of_the_Service_and_of_the_Ingress()
    {
        var api = (await Chart.PodsOf("external, published")).Single(pods => pods.Component == "api");
        var hosts = api.Environment.Single(each => each.Variable["name"]!.ToString() == "AllowedHosts").Variable["value"]!.ToString().Split(';');

        var service = $"{Installation.FullName}-api";
        Assert.Superset(
            new HashSet<string>(["localhost", "shop.example.com", service, $"{service}.prod", $"{service}.prod.svc", $"{service}.prod.svc.cluster.local"]), hosts.ToHashSet());
    }

    [GeneratedRegex(@"^\| `(?<key>[^`]+)` \| ", RegexOptions.Multiline)]
    private static partial Regex Row();

    // Of a list.
    [GeneratedRegex(@":\d+$")]
    private static partial Regex Index();
}
