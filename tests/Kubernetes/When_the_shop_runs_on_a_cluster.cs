using System.Diagnostics;
using Kubernetes.Cluster;
using Kubernetes.Course;

namespace Kubernetes;

/// <summary>
/// The chart's promise: whatever an operator or an accident does to the shop's pods while clients order, no acknowledged order is lost, nothing happens twice,
/// and nobody notices what was done in good order. README.md says what the cluster has to have, and writes to benches/results what was seen.
/// </summary>
public sealed class When_the_shop_runs_on_a_cluster(ITestOutputHelper output)
{
    /// <summary>What the chart's README says that an uninstall leaves: the claims of the demo's servers, and the pod of the test.</summary>
    private static readonly string[] LeftByDesign =
    [
        "persistentvolumeclaim/data-course-orleans-shop-demo-postgres-0", "persistentvolumeclaim/data-course-orleans-shop-demo-rabbitmq-0",
        "pod/course-orleans-shop-try-order",
    ];

    /// <summary>Less than ./test gives the project, so that what takes too long still leaves the cluster as it was.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(75);

    [Fact]
    public async Task Should_lose_no_order_whatever_happens_to_its_pods()
    {
        Assert.SkipUnless(KubernetesSettings.HasCluster, KubernetesSettings.SkipReason);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var cancel = limit.Token;
        await Images.Import(cancel);
        await using var shop = new ShopInCluster(output, cancel);
        await shop.Prepare();

        var report = new KubernetesReport(shop);
        await report.Time("helm install --wait", () => shop.Helm.Install(shop.Values(KubernetesSettings.Tag)));
        await shop.Settle();
        await report.Time("helm test", async () => output.WriteLine(await shop.Helm.Test()));

        await using (var buyers = await BuyersInCluster.Send(shop, cancel))
        {
            await buyers.During(Shop.Benches.Load.Shopping.Course.Start, _ => Task.CompletedTask);
            foreach (var step in Step.All.Where(IsWanted))
            {
                if (await step.Unable(shop) is { } reason)
                {
                    report.LeaveOut(step, reason);
                    continue;
                }

                var began = Stopwatch.GetTimestamp();
                await buyers.During(step.Name, struck => step.Happens(shop, struck));
                output.WriteLine($"{step.Name}: {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
                await report.Happened(step);
            }

            report.Reckoned(await buyers.Reckon());
        }

        await report.Time("helm uninstall --wait", shop.Helm.Uninstall);
        report.Left(await shop.Left(LeftByDesign));
        output.WriteLine(await report.Write(cancel));

        Assert.Empty(report.Reckoning.Faults);
        Assert.True(report.Reckoning.Invariants.Ok, report.Reckoning.Invariants.ToString());
        Assert.Empty(report.Remains.Except(LeftByDesign));
        // Without orders of each kind the run would have proved little.
        Assert.All(["completed", "rejected", "cancelled"], status => Assert.Contains(status, report.Reckoning.Statuses.Keys));
        Assert.Empty(report.Missed);
    }

    private static bool IsWanted(Step step) =>
        KubernetesSettings.Steps.Count == 0 || KubernetesSettings.Steps.Any(part => step.Name.Contains(part, StringComparison.Ordinal));
}
