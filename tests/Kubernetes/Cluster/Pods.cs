using System.Text.Json.Nodes;

namespace Kubernetes.Cluster;

/// <summary>Pods of these specs' own, all of them with the load driver.</summary>
internal static class Pods
{
    public const string Image = "orleans-shop/load";

    /// <summary>As PodSecurity <c>restricted</c> has it.</summary>
    public static JsonObject Load(string name, string node, IEnumerable<string> arguments, string? keySecret = null, string key = "") => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["automountServiceAccountToken"] = false,
            ["enableServiceLinks"] = false,
            ["terminationGracePeriodSeconds"] = 1,
            ["nodeSelector"] = new JsonObject { ["kubernetes.io/hostname"] = node },
            ["securityContext"] = new JsonObject
            {
                // The shop's own: it is the processes of this user that one of these kills.
                ["runAsUser"] = 1654,
                ["runAsGroup"] = 1654,
                ["fsGroup"] = 1654,
                ["runAsNonRoot"] = true,
                ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
            },
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "load",
                ["image"] = $"{KubernetesSettings.Registry}/{Image}:{KubernetesSettings.Tag ?? ShopInCluster.ChartVersion}",
                ["imagePullPolicy"] = "IfNotPresent",
                ["args"] = new JsonArray([.. arguments.Select(word => JsonValue.Create(word))]),
                ["securityContext"] = new JsonObject
                {
                    ["allowPrivilegeEscalation"] = false,
                    ["readOnlyRootFilesystem"] = true,
                    ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
                },
                ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "50m", ["memory"] = "96Mi" } },
                ["volumeMounts"] = keySecret is null ? [] : new JsonArray(new JsonObject { ["name"] = "key", ["mountPath"] = "/key", ["readOnly"] = true }),
            }),
            ["volumes"] = keySecret is null ? [] : new JsonArray(new JsonObject
            {
                ["name"] = "key",
                ["secret"] = new JsonObject { ["secretName"] = keySecret, ["defaultMode"] = 0x120, ["items"] = new JsonArray(new JsonObject { ["key"] = key, ["path"] = "opsKey" }) },
            }),
        },
    };

    /// <summary>Sees the processes of its node. No PodSecurity but <c>privileged</c> lets it in.</summary>
    public static JsonObject Killer(string name, string node, string pod)
    {
        var killer = Load(name, node, ["kill", "--pod", pod]);
        killer["spec"]!["hostPID"] = true;
        return killer;
    }

    /// <summary>Makes folders on a node, by mounting them: a <c>local</c> volume takes only what is there, and only there a pod's fsGroup counts.</summary>
    public static JsonObject Folders(string name, string node, IEnumerable<string> folders)
    {
        var maker = Load(name, node, ["ports"]);
        var mounts = new JsonArray();
        var volumes = new JsonArray();
        foreach (var (folder, number) in folders.Select((folder, number) => (folder, number)))
        {
            mounts.Add(new JsonObject { ["name"] = $"folder-{number}", ["mountPath"] = $"/folders/{number}" });
            volumes.Add(new JsonObject { ["name"] = $"folder-{number}", ["hostPath"] = new JsonObject { ["path"] = folder, ["type"] = "DirectoryOrCreate" } });
        }

        maker["spec"]!["containers"]![0]!["volumeMounts"] = mounts;
        maker["spec"]!["volumes"] = volumes;
        return maker;
    }

    /// <summary>A volume on one node, which outlives every pod.</summary>
    public static JsonObject LocalVolume(string name, string node, string folder, string storageClass) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "PersistentVolume",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["capacity"] = new JsonObject { ["storage"] = "2Gi" },
            ["accessModes"] = new JsonArray("ReadWriteOnce"),
            ["persistentVolumeReclaimPolicy"] = "Retain",
            ["storageClassName"] = storageClass,
            ["local"] = new JsonObject { ["path"] = folder },
            ["nodeAffinity"] = new JsonObject
            {
                ["required"] = new JsonObject
                {
                    ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                    {
                        ["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = "kubernetes.io/hostname", ["operator"] = "In", ["values"] = new JsonArray(node) }),
                    }),
                },
            },
        },
    };
}
