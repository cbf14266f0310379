using System.Globalization;

namespace Kubernetes;

/// <summary>What the environment says: README.md has the list, and what each is for.</summary>
internal static class KubernetesSettings
{
    public const string SkipReason = "There is no cluster to run on: KUBECONFIG=… ./test Kubernetes names one (tests/Kubernetes/README.md).";

    public static bool HasCluster => Text("KUBECONFIG") is not null;

    public static string Helm { get; } = Text("SHOP_KUBERNETES_HELM") ?? "helm4";

    /// <summary>What comes before <c>orleans-shop/silo</c>.</summary>
    public static string Registry { get; } = Text("SHOP_KUBERNETES_IMAGES") ?? "localhost";

    /// <summary>Null: the chart's own.</summary>
    public static string? Tag { get; } = Text("SHOP_KUBERNETES_TAG");

    public static string NextTag { get; } = Text("SHOP_KUBERNETES_NEXT_TAG") ?? "next";

    /// <summary>Brings an archive, its last argument, into the nodes; null: they fetch their images themselves.</summary>
    public static string? Import { get; } = Text("SHOP_KUBERNETES_IMPORT");

    /// <summary>More of the chart's values, in files.</summary>
    public static IReadOnlyList<string> Values { get; } = Text("SHOP_KUBERNETES_VALUES")?.Split(',', StringSplitOptions.TrimEntries) ?? [];

    /// <summary>Steps by a part of their name; none: all.</summary>
    public static IReadOnlyList<string> Steps { get; } = Text("SHOP_KUBERNETES_STEPS")?.Split(',', StringSplitOptions.TrimEntries) ?? [];

    public static int Buyers { get; } = int.Parse(Text("SHOP_KUBERNETES_BUYERS") ?? "6", NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Leaves all as it is at the end, to be looked at.</summary>
    public static bool IsKept { get; } = Text("SHOP_KUBERNETES_KEEP") is not null;

    public static string Repository { get; } = FindRepository();

    public static string Tools => Path.Combine(Repository, "artifacts", "kubernetes-tools", "bin");

    private static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Orleans.Shop.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("These specs lie in no repository.");
        return folder;
    }
}
