using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Machine;

namespace Chaos.Cluster;

/// <summary>What is kept of a long run, beside the figures of the benches.</summary>
/// <param name="Minutes">From the first order to the last comparison of the books.</param>
internal sealed record ChaosResult(
    string Workload, DateTimeOffset Date, string Commit, MachineFacts Machine, int FirstSeed, int Seeds, double Minutes, int Silos,
    IReadOnlyDictionary<string, string> OtherThanInProduction, int Acknowledged, IReadOnlyDictionary<string, int> Statuses, IReadOnlyList<FaultSummary> Faults, IReadOnlyList<Suffered> Course);

/// <summary>Seconds over all times that one fault happened.</summary>
/// <param name="Target">In words; null: none was set.</param>
/// <param name="Met">How many times it was; null: there is none.</param>
/// <param name="AllServed">The longest that anybody waited, since the fault or since he asked.</param>
/// <param name="FirstConfirmed">Until an order that was placed after the fault was confirmed.</param>
/// <param name="Steady">Until nobody noticed any more; for what is replaced one by one, with all the replacing.</param>
/// <param name="FailedFirst">Requests whose first answer was no success. All of them succeeded when they were repeated.</param>
internal sealed record FaultSummary(
    string Fault, int Times, string? Target, int? Met, Spread AllServed, Spread FirstConfirmed, Spread LongestPause, Spread Steady, int FailedFirst, int FailedAnswers);

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
    /// <param name="judgements">One for each seed, in their order.</param>
    /// <param name="time">All of them took.</param>
    /// <param name="cancel">Ends the writing.</param>
    public static async Task Write(IReadOnlyList<Judgement> judgements, TimeSpan time, CancellationToken cancel)
    {
        var course = judgements.SelectMany(judgement => judgement.Suffered).ToList();
        var statuses = judgements.SelectMany(judgement => judgement.Statuses).GroupBy(status => status.Key, status => status.Value).ToDictionary(group => group.Key, group => group.Sum());
        var faults = course.GroupBy(suffered => suffered.Fault).OrderBy(group => group.Key, StringComparer.Ordinal).Select(Summary).ToList();
        var result = new ChaosResult(
            "chaos", DateTimeOffset.UtcNow, Commit(), MachineFacts.Read(), ChaosSettings.Seed, judgements.Count, Math.Round(time.TotalMinutes, 1), RunningCluster.Silos,
            RunningCluster.OtherThanInProduction, judgements.Sum(judgement => judgement.Acknowledged), statuses, faults, course);
        await ResultFiles.Write(result.Workload, result.Date, result, Markdown(result), Path.Combine(RunningCluster.Repository, "benches", "results"), cancel);
    }

    private static FaultSummary Summary(IGrouping<string, Suffered> group) => new(
        group.Key, group.Count(), ClusterFault.All.FirstOrDefault(fault => fault.Name == group.Key)?.Target?.Words,
        group.All(each => each.IsMet is null) ? null : group.Count(each => each.IsMet == true),
        Spread.Of(group.Select(each => each.Flow.AllServed)),
        Spread.Of(group.Select(each => each.Flow.FirstConfirmed ?? double.MaxValue)),
        Spread.Of(group.Select(each => each.Flow.LongestPause)),
        Spread.Of(group.Select(each => each.Steady)),
        group.Sum(each => each.Flow.FailedFirst), group.Sum(each => each.Flow.FailedAnswers));

    private static string Markdown(ChaosResult r) => string.Create(CultureInfo.InvariantCulture, $"""
        # Chaos, {r.Date:yyyy-MM-dd HH:mm} UTC

        **{r.Minutes} minutes, {r.Seeds} seeds, {r.Course.Count} faults, {r.Acknowledged} orders acknowledged: none lost, none twice, all books agree after each seed.**

        Seconds: median (least–most). Silos, API, PostgreSQL, RabbitMQ and the clients share this machine. All times count from just before the fault, and targets
        are compared each time that it happened. `all served`: until the last of all customers had what he asked for (the outcome of an order, an answer to
        a cancellation), from the fault or, if he asked later, from then. `first confirmed`: until the first order that was placed after the fault was confirmed; its
        grains may have lived elsewhere. `pause`: the longest between two confirmations. `steady`: until nobody waited for 2 s any more and nobody
        at all for what he asked for before all was running again, with the time that starting again took. `failed first answers`: requests that failed in
        that time and were repeated by the client, under the same key; in the end every request succeeded.

        | fault | times | target | met | all served | first confirmed | pause | steady | failed first answers | failed answers |
        |---|---|---|---|---|---|---|---|---|---|
        {string.Join('\n', r.Faults.Select(Row))}

        | what | value |
        |---|---|
        | orders | {string.Join(", ", r.Statuses.OrderBy(status => status.Key).Select(status => $"{status.Value} {status.Key}"))} |
        | cluster | {r.Silos} silos, one API, PostgreSQL, RabbitMQ; 8 clients in a closed loop of at most 40 orders/s |
        | other than in production | {string.Join(", ", r.OtherThanInProduction.Select(setting => $"{setting.Key} {setting.Value}"))} |
        | seeds | {r.FirstSeed} to {r.FirstSeed + r.Seeds - 1} |
        | machine | {r.Machine.Cores} cores ({r.Machine.Processor}), {r.Machine.MemoryGiB} GiB, {r.Machine.System}, kernel {r.Machine.Kernel}, {r.Machine.Runtime} |
        | commit | {r.Commit} |

        """);

    private static string Row(FaultSummary f) => string.Create(CultureInfo.InvariantCulture,
        $"| {f.Fault} | {f.Times} | {f.Target} | {(f.Met is { } met ? $"{met} of {f.Times}" : "")} | {f.AllServed} | {f.FirstConfirmed} | {f.LongestPause} | {f.Steady} | {f.FailedFirst} | {f.FailedAnswers} |");

    public static string Commit()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["describe", "--always", "--dirty= with uncommitted changes"])
        {
            WorkingDirectory = RunningCluster.Repository,
            RedirectStandardOutput = true,
        })!;
        return git.StandardOutput.ReadToEnd().Trim() is { Length: > 0 } commit ? commit : "unknown";
    }
}
