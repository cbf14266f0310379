using System.Globalization;

namespace Helm.Specs.Rendering;

/// <summary>A way to install the chart: which value files, which values beside them, on which Kubernetes, which of whose operators are there.</summary>
/// <param name="Profiles">Files of helm/orleans-shop/profiles, the last one counting most.</param>
/// <param name="Operators">What the cluster serves beside Kubernetes' own, as <c>.Capabilities.APIVersions</c> has it: groups with their versions, and each of their kinds.</param>
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

    /// <summary>Helm renders as it does for a cluster, whose kinds it knows; without one it knows the groups of Kubernetes alone.</summary>
    public bool HasCluster { get; init; } = true;

    public string[] Cluster => ["--kube-version", Kubernetes, .. (HasCluster ? OwnKinds : []).Concat(Operators ?? []).SelectMany(api => (string[])["--api-versions", api])];

    /// <summary>Of the kinds of which the chart chooses a version, those that this Kubernetes serves. Their groups are known to Helm anyway.</summary>
    private IEnumerable<string> OwnKinds
    {
        get
        {
            var minor = int.Parse(Kubernetes.Split('.')[1], CultureInfo.InvariantCulture);
            (string Kind, int From, int Until)[] kinds =
            [
                ("policy/v1beta1/PodDisruptionBudget", 5, 24),
                ("policy/v1/PodDisruptionBudget", 21, int.MaxValue),
                ("autoscaling/v2beta2/HorizontalPodAutoscaler", 12, 25),
                ("autoscaling/v2/HorizontalPodAutoscaler", 23, int.MaxValue),
            ];
            return kinds.Where(each => each.From <= minor && minor <= each.Until).Select(each => each.Kind);
        }
    }

    public override string ToString() => Name;
}
