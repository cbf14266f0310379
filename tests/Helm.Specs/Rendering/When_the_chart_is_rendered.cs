namespace Helm.Specs.Rendering;

/// <summary>Helm 3 and Helm 4 take the chart, and make the same of it each time.</summary>
public sealed class When_the_chart_is_rendered
{
    public static TheoryData<string> All => Installations.Names;

    [Theory, MemberData(nameof(All))]
    public async Task Should_be_the_same_by_Helm_3_and_by_Helm_4(string installation)
    {
        var three = await Chart.Render(Chart.Helm3, Installations.Named(installation));
        var four = await Chart.Render(Chart.Helm4, Installations.Named(installation));

        Assert.Equal(Documents(three.Expect()), Documents(four.Expect()));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_be_the_same_when_it_is_rendered_again(string installation) =>
        Assert.Equal((await Chart.Render(Chart.Helm3, Installations.Named(installation))).Expect(), (await Chart.Template(Chart.Helm3, Installations.Named(installation))).Expect());

    /// <summary>As <c>helm template</c> and <c>helm lint</c> do it: they know no kind of Kubernetes, only its groups.</summary>
    [Theory, MemberData(nameof(All))]
    public async Task Should_be_the_same_with_a_cluster_and_without(string installation)
    {
        var without = Installations.Named(installation) with { HasCluster = false };

        foreach (var helm in (string[])[Chart.Helm3, Chart.Helm4])
            Assert.Equal(Documents((await Chart.Render(helm, Installations.Named(installation))).Expect()), Documents((await Chart.Template(helm, without)).Expect()));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_leave_lint_nothing_to_say(string installation)
    {
        foreach (var helm in (string[])[Chart.Helm3, Chart.Helm4])
        {
            var ended = await Chart.Lint(helm, Installations.Named(installation));
            Assert.True(ended.Code == 0, ended.Output + ended.Complaints);
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_name_the_namespace_and_give_every_name_once(string installation)
    {
        var manifests = await Chart.Manifests(installation);

        Assert.All(manifests, each => Assert.Equal(Installation.Namespace, Manifest.Text(each.Document, "metadata", "namespace")));
        Assert.DoesNotContain(manifests.CountBy(each => $"{each.ApiVersion} {each.Kind} {each.Name}"), each => each.Value > 1);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_label_everything_as_Kubernetes_recommends(string installation) => Assert.All(await Chart.Manifests(installation), each =>
    {
        foreach (var label in (string[])["name", "instance", "version", "managed-by", "part-of"])
            Assert.True(each.Labels.ContainsKey($"app.kubernetes.io/{label}"), $"{each} has no label {label}");
    });

    // Helm 4 sorts hooks in another way.
    private static IEnumerable<string> Documents(string rendered) => rendered.Split("---\n").Select(each => each.Trim()).Order(StringComparer.Ordinal);
}
