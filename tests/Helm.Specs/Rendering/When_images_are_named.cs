using System.Text.Json.Nodes;

namespace Helm.Specs.Rendering;

public sealed class When_images_are_named
{
    [Fact]
    public async Task Should_take_the_version_of_the_chart_for_the_tag()
    {
        var version = YamlText.Read(File.ReadAllText(Path.Combine(Chart.Folder, "Chart.yaml")))!["appVersion"]!.ToString();

        Assert.Equal([$"orleans-shop/silo:{version}"], await Images("external", "silo"));
        Assert.Equal([$"orleans-shop/api:{version}"], await Images("external", "api"));
    }

    [Fact]
    public async Task Should_prefer_the_digest_and_come_from_the_registry()
    {
        const string installation = "demo with volumes, images of a registry";

        Assert.Equal([$"localhost/orleans-shop/silo@sha256:{new string('a', 64)}"], await Images(installation, "silo"));
        Assert.StartsWith("localhost/orleans-shop/api:", Assert.Single(await Images(installation, "api")), StringComparison.Ordinal);
        Assert.All((await Chart.PodsOf(installation)).Where(pods => pods.Component is "silo" or "api" or "migrate"),
            pods => Assert.Equal(["registry"], Manifest.List(pods.Spec, "imagePullSecrets").Select(secret => secret["name"]!.ToString())));
    }

    [Fact]
    public async Task Should_let_CloudNativePG_use_the_secrets_of_the_registry_too()
    {
        var cluster = Assert.Single(await Chart.Manifests("cnpg"), each => each.Kind == "Cluster");

        Assert.Equal(["registry"], Manifest.List(cluster.Spec, "imagePullSecrets").Select(secret => secret["name"]!.ToString()));
    }

    private static async Task<IEnumerable<string>> Images(string installation, string component) =>
        (await Chart.PodsOf(installation)).Where(pods => pods.Component == component).SelectMany(pods => pods.AllContainers).Select(Image).Distinct();

    private static string Image(JsonNode container) => container["image"]!.ToString();
}
