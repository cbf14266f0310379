using System.Text.Json.Nodes;
using Helm.Specs.Rendering;

namespace Helm.Specs.Security;

/// <summary>The Pod Security Standard <c>restricted</c>: <see href="https://kubernetes.io/docs/concepts/security/pod-security-standards/"/>.</summary>
internal static class PodSecurity
{
    private static readonly string[] AllowedVolumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];
    private static readonly string[] AllowedProfiles = ["RuntimeDefault", "Localhost"];

    public static IEnumerable<string> Violations(JsonNode pod) =>
    [
        .. from host in (string[])["hostNetwork", "hostPID", "hostIPC"] where IsTrue(pod[host]) select host,
        .. from volume in Manifest.List(pod, "volumes")
           from kind in volume.AsObject().Select(field => field.Key)
           where kind != "name" && !AllowedVolumes.Contains(kind)
           select $"a volume by {kind}",
        .. from sysctl in Manifest.List(pod, "securityContext", "sysctls") select $"sysctl {sysctl}",
        .. Manifest.List(pod, "containers").Concat(Manifest.List(pod, "initContainers")).Concat(Manifest.List(pod, "ephemeralContainers"))
            .SelectMany(container => Violations(pod, container).Select(violation => $"{container["name"]}: {violation}")),
    ];

    private static IEnumerable<string> Violations(JsonNode pod, JsonNode container)
    {
        var (ofPod, own) = (pod["securityContext"], container["securityContext"]);
        if (IsTrue(own?["privileged"]))
            yield return "privileged";
        if (own?["allowPrivilegeEscalation"]?.ToString() != "false")
            yield return "allowPrivilegeEscalation is not false";
        if (!IsTrue(own?["runAsNonRoot"] ?? ofPod?["runAsNonRoot"]))
            yield return "runAsNonRoot is not true";
        if ((own?["runAsUser"] ?? ofPod?["runAsUser"])?.ToString() == "0")
            yield return "runAsUser is 0";
        if (!AllowedProfiles.Contains(Manifest.Text(own, "seccompProfile", "type") ?? Manifest.Text(ofPod, "seccompProfile", "type")))
            yield return "no seccompProfile";
        if (Manifest.List(own, "capabilities", "drop").All(capability => capability.ToString() != "ALL"))
            yield return "capabilities are not dropped";
        if (Manifest.List(own, "capabilities", "add").Any(capability => capability.ToString() != "NET_BIND_SERVICE"))
            yield return "capabilities are added";
        if (own?["procMount"] is { } mount && mount.ToString() != "Default")
            yield return "procMount";
        foreach (var port in Manifest.List(container, "ports").Where(port => port["hostPort"] is not null))
            yield return $"hostPort {port["hostPort"]}";
    }

    private static bool IsTrue(JsonNode? node) => node?.ToString() == "true";
}
