namespace Kubernetes.Cluster;

/// <summary>The cluster's nodes, by what happens to them.</summary>
/// <param name="Kept">Has the servers' volumes and the buyers.</param>
internal sealed record Nodes(string Kept, IReadOnlyList<string> Descriptions)
{
    public static async Task<Nodes> Find(Kubectl kubectl)
    {
        var nodes = await kubectl.List("nodes");
        var usable = nodes.Where(node => node["spec"]!["unschedulable"] is null
                && !(node["spec"]!["taints"]?.AsArray() ?? []).Any(taint => (string?)taint!["effect"] is "NoSchedule" or "NoExecute"))
            .Select(node => (string)node["metadata"]!["name"]!).ToList();
        Assert.True(usable.Count > 0, "The cluster has no node that takes pods.");
        return new Nodes(usable[0], [.. nodes.Select(node => node["status"]!["nodeInfo"]!).Select(info =>
            $"{info["kubeletVersion"]}, {info["containerRuntimeVersion"]}, {info["osImage"]}, kernel {info["kernelVersion"]}")]);
    }
}
