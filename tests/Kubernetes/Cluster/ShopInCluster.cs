using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Kubernetes.Cluster;

/// <summary>
/// One release of the demo profile in a namespace of its own, with volumes that outlive its servers' pods; and a second namespace for what no PodSecurity but <c>privileged</c> lets in.
/// </summary>
internal sealed partial class ShopInCluster(ITestOutputHelper output, CancellationToken cancel) : IAsyncDisposable
{
    private const string Release = "course";
    private const string Selector = $"app.kubernetes.io/instance={Release}";
    private static readonly TimeSpan SettledLimit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan GoneLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PodLimit = TimeSpan.FromMinutes(3);

    private readonly string storageClass = $"shop-{Id}";
    private readonly List<string> volumes = [];
    private Nodes? nodes;

    private static string Id { get; } = string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:MMdd-HHmmss}");

    public static string ChartVersion { get; } = AppVersion().Match(File.ReadAllText(Path.Combine(KubernetesSettings.Repository, "helm", "orleans-shop", "Chart.yaml"))).Groups[1].Value;

    public Kubectl Kubectl { get; } = new($"shop-{Id}", cancel);

    /// <summary>For pods that have to do with nodes.</summary>
    public Kubectl NodeKubectl { get; } = new($"shop-{Id}-node", cancel);

    public Helm Helm { get; } = new($"shop-{Id}", Release, cancel);

    public Nodes Nodes => nodes ?? throw new InvalidOperationException("There are no namespaces yet.");

    public static string Api => $"http://{Release}-orleans-shop-api:8080";

    /// <summary>Nobody here waits for minutes.</summary>
    public static JsonObject OtherThanInProduction => new() { ["cancelWindow"] = "00:00:02", ["paymentWindow"] = "00:00:03" };

    /// <summary>The chart's values for one release or another.</summary>
    /// <param name="tag">Of both images; null: the chart's own.</param>
    /// <param name="siloVariable">A setting of the silos that is not in the chart.</param>
    public JsonObject Values(string? tag, string? siloVariable = null) => new()
    {
        ["image"] = new JsonObject
        {
            ["registry"] = KubernetesSettings.Registry,
            ["silo"] = new JsonObject { ["tag"] = tag ?? "" },
            ["api"] = new JsonObject { ["tag"] = tag ?? "" },
        },
        ["sagas"] = OtherThanInProduction,
        ["silo"] = new JsonObject
        {
            ["extraEnv"] = siloVariable is null ? [] : new JsonArray(new JsonObject { ["name"] = siloVariable, ["value"] = "true" }),
        },
        ["demo"] = Demo(),
    };

    private JsonObject Demo()
    {
        var demo = new JsonObject { ["persistence"] = new JsonObject { ["enabled"] = true, ["storageClass"] = storageClass } };
        // Where images are imported there is no registry, and so there are no official ones.
        if (KubernetesSettings.Import is not null)
        {
            demo["postgres"] = new JsonObject { ["image"] = $"{KubernetesSettings.Registry}/orleans-shop/demo-postgres:15" };
            demo["rabbitmq"] = new JsonObject { ["image"] = $"{KubernetesSettings.Registry}/orleans-shop/demo-rabbitmq:4" };
        }

        return demo;
    }

    public async Task Prepare()
    {
        nodes = await Nodes.Find(Kubectl);
        await Kubectl.Run("create", "namespace", Kubectl.Namespace);
        await Kubectl.Run("create", "namespace", NodeKubectl.Namespace);
        await Kubectl.Run("label", "namespace", NodeKubectl.Namespace, "pod-security.kubernetes.io/enforce=privileged");
        await Kubectl.Run("label", "namespace", Kubectl.Namespace, "pod-security.kubernetes.io/enforce=restricted");
        string[] folders = [.. Enumerable.Range(1, 2).Select(number => $"/var/tmp/shop-kubernetes/{Id}/{number}")];
        await RunToEnd(NodeKubectl, Pods.Folders("folders", nodes.Kept, folders));
        foreach (var folder in folders)
        {
            var name = $"shop-{Id}-{Path.GetFileName(folder)}";
            await Kubectl.Apply(Pods.LocalVolume(name, nodes.Kept, folder, storageClass));
            volumes.Add(name);
        }
    }

    public Task<IReadOnlyList<PodSeen>> AllPods() => Kubectl.Pods(Selector);

    public async Task<IReadOnlyList<PodSeen>> PodsOf(string component) =>
        [.. (await Kubectl.Pods($"{Selector},app.kubernetes.io/component={component}")).Where(pod => !pod.IsGoing)];

    /// <summary>Waits until every pod that should be there is ready, and none is left that should not.</summary>
    /// <param name="isSo">What else has to be so.</param>
    public async Task Settle(Func<IReadOnlyList<PodSeen>, bool>? isSo = null)
    {
        IReadOnlyList<PodSeen> pods = [];
        await Wait.Until(
            async () =>
            {
                var wanted = await Kubectl.List("deployments,statefulsets", "-l", Selector);
                pods = [.. (await AllPods()).Where(pod => pod.Component != "test" && pod.Phase is not ("Succeeded" or "Failed"))];
                return pods.Count == wanted.Sum(each => (int)each["spec"]!["replicas"]!) && pods.All(pod => pod is { IsReady: true, IsGoing: false }) && (isSo?.Invoke(pods) ?? true);
            },
            SettledLimit, () => $"The pods did not settle within {SettledLimit}:\n{string.Join('\n', pods)}", cancel);
    }

    /// <summary>SIGKILL from outside its pod: no signal comes first, and the same pod starts its container again.</summary>
    public async Task Kill(PodSeen silo, Func<Task> struck)
    {
        await RunToEnd(NodeKubectl, Pods.Killer($"kill-{silo.Uid}", silo.Node!, silo.Uid));
        await struck();
        await Settle(pods => pods.Any(pod => pod.Uid == silo.Uid && pod.Restarts > silo.Restarts));
    }

    public Task Scale(int silos) => Kubectl.Run("scale", $"deployment/{Release}-orleans-shop-silo", string.Create(CultureInfo.InvariantCulture, $"--replicas={silos}"));

    /// <summary>The node that a drain hits most: it has a silo and an API, and neither volumes nor buyers. Null: none has.</summary>
    public async Task<string?> NodeToDrain() => (await AllPods()).Where(pod => pod.Node is not null && pod.Node != Nodes.Kept).GroupBy(pod => pod.Node)
        .FirstOrDefault(node => node.Any(pod => pod.Component == "silo") && node.Any(pod => pod.Component == "api"))?.Key;

    /// <summary>Only the shop's pods leave: others may use this cluster. The node takes pods again when it returns, whatever happens.</summary>
    public async Task Drain(string node)
    {
        try
        {
            await Kubectl.Run("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--pod-selector", Selector, "--timeout", "5m");
            await Settle(pods => pods.All(pod => pod.Node != node));
        }
        finally
        {
            await CleanUp("uncordon", node);
        }
    }

    /// <summary>Asks the demo's database, in its own pod.</summary>
    public async Task<bool> HasColumn(string table, string column)
    {
        var pod = (await PodsOf("demo-postgres"))[0];
        var count = await Kubectl.Run(
            "exec", pod.Name, "--", "sh", "-c",
            $"PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U \"$POSTGRES_USER\" -d \"$POSTGRES_DB\" -tAc \"SELECT count(*) FROM information_schema.columns WHERE table_name = '{table}' AND column_name = '{column}'\"");
        return count.Trim() == "1";
    }

    public async Task<(string Secret, string Key)> OpsKey()
    {
        var api = await Kubectl.Get("deployment", $"{Release}-orleans-shop-api");
        var source = api["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray().Single(variable => (string)variable!["name"]! == "Shop__OpsKey")!["valueFrom"]!["secretKeyRef"]!;
        return ((string)source["name"]!, (string)source["key"]!);
    }

    /// <summary>A pod that does one thing and ends.</summary>
    public async Task RunToEnd(Kubectl where, JsonObject pod)
    {
        var name = (string)pod["metadata"]!["name"]!;
        await where.Apply(pod);
        JsonNode? seen = null;
        await Wait.Until(
            async () => (string?)(seen = await where.Get("pod", name))["status"]!["phase"] is "Succeeded" or "Failed",
            PodLimit, () => $"The pod {name} did not end within {PodLimit}: {seen!["status"]!.ToJsonString()}", cancel);
        Assert.True((string?)seen!["status"]!["phase"] == "Succeeded", $"The pod {name} failed: {await where.Run("logs", name)}");
        await where.Run("delete", "pod", name);
    }

    /// <summary>What an uninstall leaves in the namespace, by type and name, without what Kubernetes puts into every namespace.</summary>
    /// <param name="byDesign">What may stay. The rest is given time to go, because owners go before what they own.</param>
    public async Task<IReadOnlyList<string>> Left(IReadOnlyCollection<string> byDesign)
    {
        IReadOnlyList<string> left = [];
        var from = Stopwatch.GetTimestamp();
        await Wait.Until(
            async () =>
            {
                left = await All();
                return !left.Except(byDesign).Any() || Stopwatch.GetElapsedTime(from) > GoneLimit;
            },
            2 * GoneLimit, () => "What is left cannot be read.", cancel);
        return left;
    }

    private async Task<IReadOnlyList<string>> All()
    {
        var all = await Kubectl.Run("get", "all,secrets,configmaps,serviceaccounts,persistentvolumeclaims,networkpolicies,poddisruptionbudgets,ingresses,roles,rolebindings", "-o", "name");
        return
        [
            .. all.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(name => name is not ("serviceaccount/default" or "configmap/kube-root-ca.crt") && !name.StartsWith("secret/default-token-", StringComparison.Ordinal)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if (KubernetesSettings.IsKept || nodes is null)
            return;
        // The cluster is left as it was, however the specs ended: when one of these fails, the others are tried all the same.
        await CleanUp("delete", "namespace", Kubectl.Namespace, NodeKubectl.Namespace, "--ignore-not-found");
        if (volumes.Count > 0)
            await CleanUp(["delete", "persistentvolume", .. volumes, "--ignore-not-found"]);
    }

    private async Task CleanUp(params string[] words)
    {
        try
        {
            await new Kubectl(Kubectl.Namespace, CancellationToken.None).Run(words);
        }
        catch (Exception fault) when (fault is ToolFailed or TimeoutException)
        {
            output.WriteLine($"The cluster is not left as it was: {fault.Message}");
        }
    }

    [GeneratedRegex("(?m)^appVersion: *\"?([^\"\\s]+)")]
    private static partial Regex AppVersion();
}
