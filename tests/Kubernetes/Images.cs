using Kubernetes.Cluster;

namespace Kubernetes;

/// <summary>Brings images into a cluster without a registry.</summary>
internal static class Images
{
    /// <summary>Builds what is not built yet and imports all of it, when the environment says how; otherwise the nodes have the images, or know where they are.</summary>
    public static async Task Import(CancellationToken cancel)
    {
        if (KubernetesSettings.Import is not { } import)
            return;
        await Tool.Run("tests/Kubernetes/images", ["import", .. import.Split(' ', StringSplitOptions.RemoveEmptyEntries)], cancel);
    }
}
