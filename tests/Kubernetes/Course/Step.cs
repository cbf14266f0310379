using Kubernetes.Cluster;
using Shop.Benches.Load.Shopping;

namespace Kubernetes.Course;

/// <summary>One thing that happens to a shop in a cluster while orders are under way.</summary>
/// <param name="Name">As the report has it.</param>
/// <param name="Target">What clients may notice; null: none was set, but that no order is lost.</param>
/// <param name="Happens">
/// Ends when all pods that should be there are ready, and no others are left. What strikes at one moment says when it has struck: orders that come later
/// are served in spite of it.
/// </param>
internal sealed record Step(string Name, Target? Target, Func<ShopInCluster, Func<Task>, Task> Happens)
{
    /// <summary>Silos that refuse to start must be waited for; not for longer than it takes to see that they do.</summary>
    private static readonly TimeSpan FailureLimit = TimeSpan.FromSeconds(60);

    private const int Current = 1;

    // What NextRelease/next-release.patch adds to the tables.
    private const string NewTable = "groupcommit_outbox";
    private const string NewColumn = "attempts";

    /// <summary>In this order: each begins where the one before it has left the shop.</summary>
    public static IReadOnlyList<Step> All { get; } =
    [
        new("rolling upgrade to the next release", Target.NoRequestFails, async (shop, _) =>
        {
            Assert.False(await shop.HasColumn(NewTable, NewColumn), $"{NewTable}.{NewColumn} is there before the upgrade that adds it.");
            await shop.Helm.Upgrade(shop.Values(KubernetesSettings.NextTag));
            await shop.Settle(pods => pods.All(IsNext));
            Assert.True(await shop.HasColumn(NewTable, NewColumn), $"The upgrade has not added {NewTable}.{NewColumn}.");
        }),
        new("failed upgrade, rolled back by itself", Target.NoRequestFails, async (shop, _) =>
        {
            var (code, output, errors) = await shop.Helm.UpgradeOrUndo(shop.Values(KubernetesSettings.NextTag, siloVariable: "Shop__NoSuchSetting"), FailureLimit);
            Assert.True(code != 0, $"An upgrade whose silos cannot start was a success:\n{output}{errors}");
            await shop.Settle(pods => pods.All(IsNext));
            var history = await shop.Helm.History();
            Assert.True(history is [.., { Status: "failed" }, { Status: "deployed" }], $"Helm has not undone the upgrade:\n{string.Join('\n', history)}\n{output}{errors}");
        }),
        new("helm rollback to the release before", Target.NoRequestFails, async (shop, _) =>
        {
            await shop.Helm.Rollback(Current);
            await shop.Settle(pods => !pods.Any(pod => IsOurs(pod) && IsNext(pod)));
        }),
        new("SIGKILL of a silo", Target.AllServedWithin(seconds: 10), async (shop, struck) => await shop.Kill((await shop.PodsOf("silo"))[0], struck)),
        new("two silos become three", Target.NoRequestFails, (shop, _) => Scale(shop, 3)),
        new("three silos become one", Target.NoRequestFails, (shop, _) => Scale(shop, 1)),
        new("one silo becomes two", Target.NoRequestFails, (shop, _) => Scale(shop, 2)),
        new(Draining, Target.NoRequestFails, async (shop, _) => await shop.Drain((await shop.NodeToDrain())!)),
        new("broker pod deleted", null, (shop, struck) => Delete(shop, "demo-rabbitmq", struck)),
        new("database pod deleted", null, (shop, struck) => Delete(shop, "demo-postgres", struck)),
    ];

    private const string Draining = "drain of a node";

    /// <summary>Why it cannot happen here; null: it can.</summary>
    public async Task<string?> Unable(ShopInCluster shop) =>
        Name == Draining && await shop.NodeToDrain() is null ? "no node but the one of the volumes had both a silo and an API" : null;

    private static bool IsOurs(PodSeen pod) => pod.Component is "silo" or "api";

    private static bool IsNext(PodSeen pod) => !IsOurs(pod) || pod.Image.EndsWith($":{KubernetesSettings.NextTag}", StringComparison.Ordinal);

    private static async Task Scale(ShopInCluster shop, int silos)
    {
        await shop.Scale(silos);
        await shop.Settle();
    }

    private static async Task Delete(ShopInCluster shop, string component, Func<Task> struck)
    {
        var pod = (await shop.PodsOf(component))[0];
        await shop.Kubectl.Run("delete", "pod", pod.Name);
        await struck();
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
