namespace Helm.Specs.Rendering;

/// <summary>A way to install the chart: which value files, which values beside them, on which Kubernetes, which of whose operators are there.</summary>
/// <param name="Profiles">Files of helm/orleans-shop/profiles, the last one counting most.</param>
/// <param name="Values">What <c>--set-json</c> takes, one value each.</param>
internal sealed record Installation(string Name, string[] Profiles, string[] Values, string Kubernetes = "1.35.0", string[]? Operators = null)
{
    /// <summary>The shop's names begin with it.</summary>
    public const string Release = "shop";
    public const string FullName = "shop-orleans-shop";
    public const string Namespace = "prod";

    public string[] Words =>
    [
        .. Profiles.SelectMany(profile => (string[])["--values", Repository.At("helm", "orleans-shop", "profiles", $"{profile}.yaml")]),
        .. Values.SelectMany(value => (string[])["--set-json", value]),
    ];

    public string[] Cluster => ["--kube-version", Kubernetes, .. (Operators ?? []).SelectMany(api => (string[])["--api-versions", api])];

    public override string ToString() => Name;
}
