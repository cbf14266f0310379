using System.Text.Json.Nodes;

namespace Kubernetes.Cluster;

/// <summary>kubectl in one namespace.</summary>
internal sealed class Kubectl(string @namespace, CancellationToken cancel)
{
    private static readonly string Program = Path.Combine(KubernetesSettings.Tools, "kubectl");

    public string Namespace => @namespace;

    public Task<string> Run(params string[] arguments) => Tool.Run(Program, ["-n", @namespace, .. arguments], cancel);

    public Task Apply(JsonObject what) => Tool.Run(Program, ["-n", @namespace, "apply", "-f", "-"], cancel, what.ToJsonString());

    public async Task<JsonNode> Get(params string[] arguments) => JsonNode.Parse(await Run(["get", .. arguments, "-o", "json"]))!;

    public async Task<IReadOnlyList<JsonNode>> List(params string[] arguments) => [.. (await Get(arguments))["items"]!.AsArray().Select(item => item!)];

    /// <summary>The pods with such a label, also those that are going.</summary>
    public async Task<IReadOnlyList<PodSeen>> Pods(string labels) => [.. (await List("pods", "-l", labels)).Select(PodSeen.From)];

    /// <summary>A port of this machine that leads to one of a pod, until the process is killed.</summary>
    public static System.Diagnostics.Process Forward(string @namespace, string pod, int local, int remote) =>
        Tool.Start(Program, ["-n", @namespace, "port-forward", $"pod/{pod}", $"{local}:{remote}"]);
}

/// <param name="Component">Of the chart's.</param>
/// <param name="Image">As the pod asks for it.</param>
/// <param name="Node">Null: it has none yet.</param>
internal sealed record PodSeen(string Name, string Uid, string Component, string Image, string? Node, string Phase, bool IsReady, bool IsGoing, int Restarts)
{
    public static PodSeen From(JsonNode pod)
    {
        var statuses = pod["status"]?["containerStatuses"]?.AsArray() ?? [];
        return new PodSeen(
            (string)pod["metadata"]!["name"]!,
            (string)pod["metadata"]!["uid"]!,
            (string?)pod["metadata"]!["labels"]?["app.kubernetes.io/component"] ?? "",
            (string)pod["spec"]!["containers"]![0]!["image"]!,
            (string?)pod["spec"]!["nodeName"],
            (string?)pod["status"]?["phase"] ?? "",
            statuses.Count > 0 && statuses.All(status => (bool)status!["ready"]!),
            pod["metadata"]!["deletionTimestamp"] is not null,
            statuses.Sum(status => (int)status!["restartCount"]!));
    }

    public override string ToString() => $"{Name} ({Image}, {Phase}{(IsReady ? ", ready" : "")}{(IsGoing ? ", going" : "")}, {Restarts} restarts, {Node})";
}
