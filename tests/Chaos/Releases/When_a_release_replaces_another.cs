using System.Diagnostics;
using Chaos.Cluster;
using Chaos.Crashes;
using Shop.Benches.Load.Api;

namespace Chaos.Releases;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TwoReleases
{
    public const string Name = "two releases";
}

/// <summary>
/// An upgrade and a rollback as an operator does them, under load: the programs of both commits, on one database. SHOP_CHAOS_MINUTES repeats both for so long
/// and writes a report.
/// </summary>
[Collection(TwoReleases.Name)]
public sealed class When_a_release_replaces_another(ITestOutputHelper output)
{
    private static readonly TimeSpan WaitsLimit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Should_go_there_and_back_and_lose_no_order()
    {
        var cancel = TestContext.Current.CancellationToken;
        var old = await Release.BuildPrevious(cancel);
        var started = Stopwatch.GetTimestamp();
        await using var cluster = new MixedCluster();
        try
        {
            await cluster.Migrate(old, cancel);
            foreach (var process in (ReleaseProcess[])[.. cluster.Silos, cluster.Api])
                process.Launch(old);
            foreach (var process in (ReleaseProcess[])[.. cluster.Silos, cluster.Api])
                await process.Ready(cancel);

            using var api = new ShopApi(cluster.Api.Url, TimeSpan.FromSeconds(30), cluster.Key);
            await using var course = await ReleaseCourse.Begin(api, cancel);
            await Upgrade(cluster, old, course, cancel);
            var rounds = 0;
            do
            {
                await GoThereAndBack(cluster, old, course, cancel);
                rounds++;
            }
            while (ChaosSettings.Minutes is { } minutes && Stopwatch.GetElapsedTime(started).TotalMinutes < minutes);

            var statuses = await course.Reckon(DatabaseOfShop.On(cluster.Database));
            foreach (var step in course.Steps)
                output.WriteLine(step.ToString());
            output.WriteLine(string.Join(", ", statuses.Select(status => $"{status.Value} {status.Key}")));
            Assert.All(["completed", "rejected", "cancelled"], status => Assert.Contains(status, statuses.Keys));
            if (ChaosSettings.IsReported)
                await ReleaseReport.Write(old, rounds, Stopwatch.GetElapsedTime(started), course, statuses, cancel);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{broken.Message}\n{cluster.LastWords}", broken);
        }
    }

    /// <summary>The order that hurts most: the tables are upgraded first, and then an old silo has to start again.</summary>
    private static async Task Upgrade(MixedCluster cluster, Release old, ReleaseCourse course, CancellationToken cancel)
    {
        var before = cluster.Schema();
        await course.Take("a new silo starts on the old tables, and waits", async () =>
        {
            cluster.Newcomer.Launch(Release.Current);
            await Wait.Until(
                () => cluster.Newcomer.Log.Contains("Waiting up to 00:05:00 for the PostgreSQL database", StringComparison.Ordinal), WaitsLimit,
                () => $"silo 3 does not say that it waits:\n{cluster.Newcomer.LastWords}", cancel);
            Assert.Contains("run the silo once with the command 'migrate'", cluster.Newcomer.Log, StringComparison.Ordinal);
            Assert.Equal(before, cluster.Schema());
        });
        await course.Take("the new release migrates, and the new silo is ready", async () =>
        {
            Assert.StartsWith("The database was upgraded: ", await cluster.Migrate(Release.Current, cancel), StringComparison.Ordinal);
            await cluster.Newcomer.Ready(cancel);
        });
        Assert.Equal(before.Oldest, cluster.Schema().Oldest);
        await course.Take("an old silo starts again on the new tables", () => cluster.Silos[0].Replace(old, cancel));
        await course.Take("the new silo leaves", () => cluster.Newcomer.Stop(cancel));
    }

    private static async Task GoThereAndBack(MixedCluster cluster, Release old, ReleaseCourse course, CancellationToken cancel)
    {
        foreach (var process in (ReleaseProcess[])[.. cluster.Silos, cluster.Api])
            await course.Take($"upgrade: {process.Name}", () => process.Replace(Release.Current, cancel));

        var schema = cluster.Schema();
        await course.Take("the old release migrates again", () => cluster.Migrate(old, cancel));
        Assert.Equal(schema, cluster.Schema());

        foreach (var process in (ReleaseProcess[])[.. cluster.Silos, cluster.Api])
            await course.Take($"rollback: {process.Name}", () => process.Replace(old, cancel));
    }
}
