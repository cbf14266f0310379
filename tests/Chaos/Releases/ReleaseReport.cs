using System.Globalization;
using Chaos.Cluster;
using Shop.Benches.Load.Machine;

namespace Chaos.Releases;

/// <summary>What is kept of an upgrade and a rollback under load.</summary>
/// <param name="Minutes">From the first process to the last comparison of the books.</param>
internal sealed record ReleaseResult(
    string Workload, DateTimeOffset Date, string Commit, string Previous, MachineFacts Machine, int Rounds, double Minutes, int Acknowledged,
    IReadOnlyDictionary<string, int> Statuses, IReadOnlyList<Suffered> Steps);

/// <summary>Writes <c>benches/results/releases-….json</c> and <c>.md</c>.</summary>
internal static class ReleaseReport
{
    public static async Task Write(
        Release previous, int rounds, TimeSpan time, ReleaseCourse course, IReadOnlyDictionary<string, int> statuses, CancellationToken cancel)
    {
        var result = new ReleaseResult(
            "releases", DateTimeOffset.UtcNow, ChaosReport.Commit(), Path.GetFileName(previous.Folder), MachineFacts.Read(), rounds, Math.Round(time.TotalMinutes, 1), course.Acknowledged,
            statuses, [.. course.Steps]);
        await ResultFiles.Write(result.Workload, result.Date, result, Markdown(result), Path.Combine(RunningCluster.Repository, "benches", "results"), cancel);
    }

    private static string Markdown(ReleaseResult r) => string.Create(CultureInfo.InvariantCulture, $"""
        # An upgrade and a rollback under load, {r.Date:yyyy-MM-dd HH:mm} UTC

        **{r.Previous} and {r.Commit}, {r.Rounds} times there and back in {r.Minutes} minutes, {r.Acknowledged} orders acknowledged: none lost, none twice, all books agree. Every process
        that was told to stop ended with 0.**

        Two silos and the API, of the one release or the other, on PostgreSQL and RabbitMQ; eight clients in a closed loop of at most 40 orders/s; all on this machine. Seconds. `steady`: with the
        step itself, until orders flowed as before. `pause`: the longest between two confirmations. `failed first answers`: requests that the client repeated under the same key; in the end every
        one succeeded. Replacing the only API fails some: nobody listens meanwhile.

        | step | steady | all served | pause | confirmed | failed first answers |
        |---|---|---|---|---|---|
        {string.Join('\n', r.Steps.Select(Row))}

        | what | value |
        |---|---|
        | orders | {string.Join(", ", r.Statuses.OrderBy(status => status.Key).Select(status => $"{status.Value} {status.Key}"))} |
        | machine | {r.Machine.Cores} cores ({r.Machine.Processor}), {r.Machine.MemoryGiB} GiB, {r.Machine.System}, kernel {r.Machine.Kernel}, {r.Machine.Runtime} |

        """);

    private static string Row(Suffered step) => string.Create(CultureInfo.InvariantCulture,
        $"| {step.Fault} | {step.Steady} | {step.Flow.AllServed} | {step.Flow.LongestPause} | {step.Flow.Confirmed} | {step.Flow.FailedFirst} |");
}
