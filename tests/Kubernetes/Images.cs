using Kubernetes.Cluster;

namespace Kubernetes;

/// <summary>Brings images into a cluster without a registry.</summary>
internal static class Images
{
    /// <summary>The shop and its next release, compiled and put into images, on a slow machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>Builds what is not built yet and imports all of it, when the environment says how; otherwise the nodes have the images, or know where they are.</summary>
    public static async Task Import(CancellationToken cancel)
    {
        if (KubernetesSettings.Import is not { } import)
            return;
        var script = Path.Combine(KubernetesSettings.Repository, "tests", "Kubernetes", "images");
        await Tool.Run(script, ["import", .. import.Split(' ', StringSplitOptions.RemoveEmptyEntries)], cancel, limit: Limit);
    }
}
