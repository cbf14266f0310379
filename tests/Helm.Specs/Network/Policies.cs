using System.Globalization;
using System.Text.Json.Nodes;
using Helm.Specs.Rendering;

namespace Helm.Specs.Network;

/// <summary>Somebody who connects, or is connected to: pods of the release, or somebody beside it.</summary>
/// <param name="Ports">Numbers of the ports by their names.</param>
internal sealed record Party(string Name, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, int> Ports, bool OfTheNamespace = true)
{
    public static Party Of(Pods pods) => new(
        pods.Component,
        pods.Labels,
        pods.Containers.SelectMany(container => Manifest.List(container, "ports")).ToDictionary(port => port["name"]!.ToString(), port => Number(port["containerPort"]!)));

    /// <summary>A pod of somebody else in the same namespace.</summary>
    public static Party Stranger { get; } = new("stranger", new Dictionary<string, string> { ["app"] = "other" }, new Dictionary<string, int>());

    /// <summary>A pod of another namespace, or an address outside the cluster.</summary>
    public static Party Outsider { get; } = Stranger with { Name = "outsider", OfTheNamespace = false };

    public static int Number(JsonNode port) => int.Parse(port.ToString(), CultureInfo.InvariantCulture);
}

/// <summary>NetworkPolicies as a network plugin applies them: a pod that none selects may do everything, each other one what any of its own allows.</summary>
internal sealed class Policies(IEnumerable<Manifest> manifests)
{
    private readonly IReadOnlyList<Manifest> policies = [.. manifests.Where(each => each.Kind == "NetworkPolicy")];

    public bool Allow(Party from, Party to, int port, string protocol = "TCP") =>
        Allows("Egress", from, "egress", "to", to, to, port, protocol) && Allows("Ingress", to, "ingress", "from", from, to, port, protocol);

    private bool Allows(string type, Party party, string rules, string peers, Party peer, Party listener, int port, string protocol)
    {
        // Policies of this namespace do not concern anybody else.
        var own = party.OfTheNamespace
            ? policies.Where(policy => Manifest.List(policy.Spec, "policyTypes").Any(each => each.ToString() == type) && Selector.Matches(policy.Spec!["podSelector"], party.Labels)).ToList()
            : [];
        return own.Count == 0 || own.Any(policy => Manifest.List(policy.Spec, rules).Any(rule => IsTo(rule, listener, port, protocol) && IsWith(rule[peers], peer)));
    }

    private static bool IsTo(JsonNode rule, Party listener, int port, string protocol) =>
        rule["ports"] is null || Manifest.List(rule, "ports").Any(each =>
            (each["protocol"]?.ToString() ?? "TCP") == protocol
            && (each["port"] is not { } wanted || (listener.Ports.TryGetValue(wanted.ToString(), out var named) ? named == port : wanted.ToString() == port.ToString(CultureInfo.InvariantCulture))));

    private static bool IsWith(JsonNode? peers, Party peer) =>
        peers is not JsonArray { Count: > 0 } list || list.OfType<JsonNode>().Any(each => each["namespaceSelector"] is JsonObject elsewhere
            // Only an empty selector means every namespace; any other one means none of those here.
            ? elsewhere.Count == 0 && (each["podSelector"] is null || Selector.Matches(each["podSelector"], peer.Labels))
            : peer.OfTheNamespace && Selector.Matches(each["podSelector"], peer.Labels));
}
