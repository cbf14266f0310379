using System.Text.RegularExpressions;
using Helm.Specs.Rendering;

namespace Helm.Specs.Security;

/// <summary>No password is in a manifest, but those of the demo, which say that they can be computed.</summary>
public sealed partial class When_secrets_are_used
{
    public static TheoryData<string> All => Installations.Names;

    [Theory, MemberData(nameof(All))]
    public async Task Should_name_secrets_and_hold_none(string installation)
    {
        Assert.DoesNotContain(await Chart.Manifests(installation), each => each.Kind == "Secret" && !each.Name.Contains("demo", StringComparison.Ordinal));
        Assert.Empty(
            from pods in await Chart.PodsOf(installation)
            from variable in pods.Environment.Select(each => each.Variable)
            let name = variable["name"]!.ToString()
            where variable["value"] is { } value && (Sensitive().IsMatch(name) || Credentials().IsMatch(value.ToString()))
            select $"{pods}: {name} = {variable["value"]}");
        Assert.DoesNotContain(
            (await Chart.Manifests(installation)).Where(each => each.Kind is not "Secret"), each => Credentials().IsMatch(each.Yaml));
    }

    [Fact]
    public async Task Should_have_secrets_of_the_demo_in_the_demo_alone()
    {
        foreach (var installation in Installations.All)
            Assert.Equal(installation.Profiles[0] == "demo", (await Chart.Manifests(installation.Name)).Any(each => each.Kind == "Secret"));
    }

    [Fact]
    public async Task Should_say_of_the_demo_that_its_passwords_can_be_computed()
    {
        var demo = (await Chart.Manifests("demo")).Where(each => each.Kind == "Secret");

        Assert.NotEmpty(demo);
        Assert.All(demo, secret => Assert.Matches("guess|comput", secret.Yaml));
    }

    [Fact]
    public async Task Should_give_two_releases_other_passwords()
    {
        var one = Secrets((await Chart.Template(Chart.Helm3, Installations.Named("demo"))).Expect());
        var other = Secrets((await KubernetesTool.Run(Chart.Helm3, ["template", "second", Chart.Folder, "--namespace", Installation.Namespace, .. Installations.Named("demo").Words])).Expect());

        Assert.NotEmpty(one);
        Assert.Empty(one.Intersect(other));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Should_take_database_user_password_address_and_key_from_secrets(string installation)
    {
        foreach (var pods in (await Chart.PodsOf(installation)).Where(pods => pods.Component is "silo" or "api" or "migrate"))
        {
            var secret = pods.Environment.Where(each => Manifest.At(each.Variable, "valueFrom", "secretKeyRef") is not null).Select(each => each.Variable["name"]!.ToString()).ToHashSet();
            Assert.Superset(pods.Component switch
            {
                "silo" => ["PGUSER", "PGPASSWORD", "ConnectionStrings__RabbitMq"],
                _ => new HashSet<string>(["PGUSER", "PGPASSWORD"]),
            }, secret);
            // The migration's user may change tables, the broker is none of its business.
            if (pods.Component == "migrate")
                Assert.DoesNotContain("ConnectionStrings__RabbitMq", secret);
        }
    }

    [Fact]
    public async Task Should_let_the_owner_of_the_tables_into_the_migration_alone()
    {
        var pods = await Chart.PodsOf("external");

        Assert.All(pods.Where(each => each.Component is "silo" or "api"), each => Assert.DoesNotContain("shop-database-owner", each.Spec.ToJsonString(), StringComparison.Ordinal));
        Assert.Contains("shop-database-owner", Assert.Single(pods, each => each.Component == "migrate").Spec.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_replace_pods_when_the_revision_changes()
    {
        var before = await Template("external", "rotation.revision=\"1\"");
        var after = await Template("external", "rotation.revision=\"2\"");

        foreach (var component in (string[])["silo", "api"])
            Assert.NotEqual(MetadataOf(before, component), MetadataOf(after, component));
    }

    private static async Task<IReadOnlyList<Manifest>> Template(string profile, string value) =>
        Manifest.ReadAll((await Chart.Template(Chart.Helm3, new Installation($"{profile} {value}", [profile], [value]))).Expect());

    private static string MetadataOf(IReadOnlyList<Manifest> manifests, string component) =>
        manifests.Where(each => each.Kind == "Deployment").Select(Pods.MadeBy).Single(pods => pods!.Component == component)!.Metadata.ToJsonString();

    private static IEnumerable<string> Secrets(string rendered) =>
        from secret in Manifest.ReadAll(rendered)
        where secret.Kind == "Secret"
        from entry in Manifest.Map(secret.Document["stringData"]).Concat(Manifest.Map(secret.Document["data"]))
        where entry.Key.Contains("assword", StringComparison.OrdinalIgnoreCase) || entry.Key is "uri" or "opsKey"
        select entry.Value;

    [GeneratedRegex("PASS|SECRET|TOKEN|OpsKey$", RegexOptions.IgnoreCase)]
    private static partial Regex Sensitive();

    // What the kubelet puts in, $(NAME), is none.
    [GeneratedRegex(@"Password\s*=\s*[^$\s;]|\b\w+://[^$\s/:@]*:[^$\s@]+@", RegexOptions.IgnoreCase)]
    private static partial Regex Credentials();
}
