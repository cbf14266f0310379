using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Machine;

namespace Chaos.Cluster;

/// <summary>What is kept of a long run, beside the figures of the benches.</summary>
/// <param name="Minutes">From the first order to the last comparison of the books.</param>
internal sealed record ChaosResult(
    string Workload, DateTimeOffset Date, string Commit, MachineFacts Machine, int Seed, double Minutes, int Silos,
    int Acknowledged, IReadOnlyDictionary<string, int> Statuses, IReadOnlyList<FaultSummary> Faults, IReadOnlyList<Suffered> Course);

/// <summary>Seconds over all times that one fault happened.</summary>
/// <param name="Target">For the time until orders flow again, in seconds; a rolling restart may not pause them for longer. Null: none was set.</param>
/// <param name="Flow">Until an order that was placed after the fault was confirmed.</param>
/// <param name="Steady">Until nobody noticed any more; for what is replaced one by one, with all the replacing.</param>
/// <param name="FailedFirst">Requests whose first answer was no success. All of them succeeded when they were repeated.</param>
internal sealed record FaultSummary(
    string Fault, int Times, double? Target, Spread Flow, Spread LongestPause, Spread LongestOrder, Spread LongestOther, Spread Steady, int FailedFirst, int FailedAnswers);

internal sealed record Spread(double Least, double Median, double Most)
{
    public static Spread Of(IEnumerable<double> seconds)
    {
        var sorted = seconds.Order().ToList();
        return new Spread(sorted[0], sorted[sorted.Count / 2], sorted[^1]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Median:F1} ({Least:F1}–{Most:F1})");
}

/// <summary>Writes <c>benches/results/chaos-….json</c> and <c>.md</c>.</summary>
internal static class ChaosReport
{
    public static async Task Write(Judgement judgement, TimeSpan time, CancellationToken cancel)
    {
        var faults = judgement.Suffered.GroupBy(suffered => suffered.Fault).OrderBy(group => group.Key, StringComparer.Ordinal).Select(Summary).ToList();
        var result = new ChaosResult(
            "chaos", DateTimeOffset.UtcNow, Commit(), MachineFacts.Read(), ChaosSettings.Seed, Math.Round(time.TotalMinutes, 1), RunningCluster.Silos,
            judgement.Acknowledged, judgement.Statuses, faults, judgement.Suffered);
        await ResultFiles.Write(result.Workload, result.Date, result, Markdown(result), Path.Combine(RunningCluster.Repository, "benches", "results"), cancel);
    }

    private static FaultSummary Summary(IGrouping<string, Suffered> group) => new(
        group.Key, group.Count(), ClusterFault.All.FirstOrDefault(fault => fault.Name == group.Key)?.Target?.TotalSeconds,
        Spread.Of(group.Select(each => each.Flow.FirstConfirmed ?? double.MaxValue)),
        Spread.Of(group.Select(each => each.Flow.LongestPause)),
        Spread.Of(group.Select(each => each.Flow.LongestOrder)),
        Spread.Of(group.Select(each => each.Flow.LongestOther)),
        Spread.Of(group.Select(each => each.Steady)),
        group.Sum(each => each.Flow.FailedFirst), group.Sum(each => each.Flow.FailedAnswers));

    private static string Markdown(ChaosResult r) => string.Create(CultureInfo.InvariantCulture, $"""
        # Chaos, {r.Date:yyyy-MM-dd HH:mm} UTC

        **{r.Minutes} minutes, {r.Course.Count} faults, {r.Acknowledged} orders acknowledged: none lost, none twice, all books agree.**

        Seconds: median (least–most). Silos, API, PostgreSQL, RabbitMQ and the clients share this machine. `flow`: from the fault until an order that was placed
        after it was confirmed. `pause`: the longest between two confirmations. `order`: the longest from placing to confirmed; `other`: to
        any other outcome. `steady`: until nobody waited
        for 2 s any more, with the time that starting again took. `first answers` were no success and were repeated by the client, under the same key; in
        the end every request succeeded.

        | fault | times | target | flow | pause | order | other | steady | failed first answers | failed answers |
        |---|---|---|---|---|---|---|---|---|---|
        {string.Join('\n', r.Faults.Select(Row))}

        | what | value |
        |---|---|
        | orders | {string.Join(", ", r.Statuses.OrderBy(status => status.Key).Select(status => $"{status.Value} {status.Key}"))} |
        | cluster | {r.Silos} silos, one API, PostgreSQL, RabbitMQ; 8 clients in a closed loop of at most 40 orders/s |
        | seed | {r.Seed} |
        | machine | {r.Machine.Cores} cores ({r.Machine.Processor}), {r.Machine.MemoryGiB} GiB, {r.Machine.System}, kernel {r.Machine.Kernel}, {r.Machine.Runtime} |
        | commit | {r.Commit} |

        """);

    private static string Row(FaultSummary f) => string.Create(CultureInfo.InvariantCulture,
        $"| {f.Fault} | {f.Times} | {(f.Target is { } target ? $"{target}" : "")} | {f.Flow} | {f.LongestPause} | {f.LongestOrder} | {f.LongestOther} | {f.Steady} | {f.FailedFirst} | {f.FailedAnswers} |");

    private static string Commit()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["describe", "--always", "--dirty= with uncommitted changes"])
        {
            WorkingDirectory = RunningCluster.Repository,
            RedirectStandardOutput = true,
        })!;
        return git.StandardOutput.ReadToEnd().Trim() is { Length: > 0 } commit ? commit : "unknown";
    }
}
