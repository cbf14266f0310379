using Kubernetes.Cluster;
using Shop.Benches.Load.Shopping;

namespace Kubernetes.Course;

/// <summary>One thing that happens to a shop in a cluster while orders are under way.</summary>
/// <param name="Name">As the report has it.</param>
/// <param name="Target">What clients may notice; null: none was set, but that no order is lost.</param>
/// <param name="Happens">Ends when all pods that should be there are ready, and no others are left.</param>
/// <param name="IsSudden">It hits when it has happened, not from its first moment on.</param>
internal sealed record Step(string Name, Target? Target, Func<ShopInCluster, Task> Happens, bool IsSudden = false)
{
    /// <summary>Silos that refuse to start must be waited for; not for longer than it takes to see that they do.</summary>
    private static readonly TimeSpan FailureLimit = TimeSpan.FromSeconds(60);

    private const int Current = 1;

    /// <summary>In this order: each begins where the one before it has left the shop.</summary>
    public static IReadOnlyList<Step> All { get; } =
    [
        new("rolling upgrade to the next release", Target.NoRequestFails, async shop =>
        {
            await shop.Helm.Upgrade(shop.Values(KubernetesSettings.NextTag));
            await shop.Settle(pods => pods.All(IsNext));
        }),
        new("failed upgrade, rolled back by itself", Target.NoRequestFails, async shop =>
        {
            var (code, output, errors) = await shop.Helm.UpgradeOrUndo(shop.Values(KubernetesSettings.NextTag, siloVariable: "Shop__NoSuchSetting"), FailureLimit);
            Assert.True(code != 0, $"An upgrade whose silos cannot start was a success:\n{output}{errors}");
            await shop.Settle(pods => pods.All(IsNext));
        }),
        new("helm rollback to the release before", Target.NoRequestFails, async shop =>
        {
            await shop.Helm.Rollback(Current);
            await shop.Settle(pods => !pods.Any(pod => IsOurs(pod) && IsNext(pod)));
        }),
        new("SIGKILL of a silo", Target.AllServedWithin(seconds: 10), async shop => await shop.Kill((await shop.PodsOf("silo"))[0]), IsSudden: true),
        new("two silos become three", Target.NoRequestFails, shop => Scale(shop, 3)),
        new("three silos become one", Target.NoRequestFails, shop => Scale(shop, 1)),
        new("one silo becomes two", Target.NoRequestFails, shop => Scale(shop, 2)),
        new(Draining, Target.NoRequestFails, async shop =>
        {
            await shop.Drain(shop.Nodes.Drained!);
            await shop.Kubectl.Run("uncordon", shop.Nodes.Drained!);
        }),
        new("broker pod deleted", null, shop => Delete(shop, "demo-rabbitmq"), IsSudden: true),
        new("database pod deleted", null, shop => Delete(shop, "demo-postgres"), IsSudden: true),
    ];

    private const string Draining = "drain of a node";

    /// <summary>Why it cannot happen here; null: it can.</summary>
    public string? Unable(ShopInCluster shop) => Name == Draining && shop.Nodes.Drained is null ? "the cluster has one node that takes pods" : null;

    private static bool IsOurs(PodSeen pod) => pod.Component is "silo" or "api";

    private static bool IsNext(PodSeen pod) => !IsOurs(pod) || pod.Image.EndsWith($":{KubernetesSettings.NextTag}", StringComparison.Ordinal);

    private static async Task Scale(ShopInCluster shop, int silos)
    {
        await shop.Scale(silos);
        await shop.Settle();
    }

    private static async Task Delete(ShopInCluster shop, string component)
    {
        var pod = (await shop.PodsOf(component))[0];
        await shop.Kubectl.Run("delete", "pod", pod.Name);
        await shop.Settle(pods => pods.Any(each => each.Component == component && each.Uid != pod.Uid));
    }
}

/// <summary>What was promised about a step.</summary>
/// <param name="Words">As the report has it.</param>
/// <param name="IsMet">Whether what clients saw keeps the promise.</param>
internal sealed record Target(string Words, Func<FlowDuring, bool> IsMet)
{
    /// <summary>Not even at the first try.</summary>
    public static Target NoRequestFails { get; } = new("no failed request", flow => flow.FailedAnswers == 0);

    public static Target AllServedWithin(double seconds) =>
        new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"all served within {seconds} s"), flow => flow.AllServed <= seconds);
}
