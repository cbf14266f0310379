using System.Diagnostics;
using System.Globalization;
using Kubernetes.Cluster;
using Kubernetes.Course;
using Shop.Benches.Load.Machine;
using Shop.Benches.Load.Shopping;

namespace Kubernetes;

/// <param name="IsMet">Whether the step's target was; null: none was set.</param>
/// <param name="Pods">Those of the shop when the step was over.</param>
internal sealed record StepResult(string Name, string? Target, bool? IsMet, double DoneSeconds, double SteadySeconds, FlowDuring Flow, IReadOnlyList<string> Pods);

/// <summary>What is kept of a run.</summary>
/// <param name="Times">Seconds that an operator waits.</param>
/// <param name="LeftOut">Steps that could not happen on this cluster, and why.</param>
internal sealed record KubernetesResult(
    string Workload, DateTimeOffset Date, string Commit, string Server, string Kubectl, string Helm, IReadOnlyList<string> Nodes, IReadOnlyList<string> Images, MachineFacts Machine,
    int Buyers, string OtherThanInProduction, IReadOnlyDictionary<string, double> Times, int Acknowledged, IReadOnlyDictionary<string, int> Statuses, IReadOnlyList<string> Faults,
    IReadOnlyList<string> Invariants, IReadOnlyList<StepResult> Steps, IReadOnlyDictionary<string, string> LeftOut, IReadOnlyList<string> LeftByUninstall);

/// <summary>Writes <c>benches/results/kubernetes-….json</c> and <c>.md</c>.</summary>
internal sealed class KubernetesReport(ShopInCluster shop)
{
    private readonly Dictionary<string, double> times = [];
    private readonly Dictionary<string, string> leftOut = [];
    private readonly Dictionary<string, (Step Step, IReadOnlyList<string> Pods)> happened = [];
    private readonly HashSet<string> images = [];
    private Reckoning? reckoning;

    public Reckoning Reckoning => reckoning ?? throw new InvalidOperationException("Nobody has compared the books yet.");

    public IReadOnlyList<string> Remains { get; private set; } = [];

    /// <summary>Targets that were not met.</summary>
    public IReadOnlyList<string> Missed =>
        [.. Steps.Where(step => step.IsMet == false).Select(step => $"{step.Name}, which had to show {step.Target}: {Failures(step.Flow)} failed, the slowest took {step.Flow.AllServed} s")];

    private IReadOnlyList<StepResult> Steps => [.. Reckoning.Steps.Select(seen =>
    {
        var (step, pods) = happened.GetValueOrDefault(seen.Name);
        return new StepResult(seen.Name, step?.Target?.Words, step?.Target?.IsMet(seen.Flow), seen.Done, seen.Steady, seen.Flow, pods ?? []);
    })];

    public async Task Time(string what, Func<Task> happens)
    {
        var began = Stopwatch.GetTimestamp();
        await happens();
        times[what] = Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 1);
    }

    public async Task Happened(Step step)
    {
        var pods = await shop.AllPods();
        images.UnionWith(pods.Select(pod => pod.Image));
        happened[step.Name] = (step, [.. pods.Select(pod => pod.ToString())]);
    }

    public void LeaveOut(Step step, string reason) => leftOut[step.Name] = reason;

    public void Reckoned(Reckoning result) => reckoning = result;

    public void Left(IReadOnlyList<string> remains) => Remains = remains;

    /// <returns>What people read.</returns>
    public async Task<string> Write(CancellationToken cancel)
    {
        var version = System.Text.Json.Nodes.JsonNode.Parse(await shop.Kubectl.Run("version", "-o", "json"))!;
        var result = new KubernetesResult(
            "kubernetes", DateTimeOffset.UtcNow, (await Tool.Run("git", ["describe", "--always", "--dirty= with uncommitted changes"], cancel)).Trim(),
            (string)version["serverVersion"]!["gitVersion"]!, (string)version["clientVersion"]!["gitVersion"]!, await Helm.Version(cancel), shop.Nodes.Descriptions, [.. images.Order()],
            MachineFacts.Read(), KubernetesSettings.Buyers, ShopInCluster.OtherThanInProduction.ToJsonString(), times, Reckoning.Acknowledged, Reckoning.Statuses, Reckoning.Faults,
            [.. Reckoning.Invariants.Checks.Select(check => check.ToString())], Steps, leftOut, Remains);
        var markdown = Markdown(result);
        // What a part of the course showed is no result.
        if (KubernetesSettings.Steps.Count == 0)
            await ResultFiles.Write(result.Workload, result.Date, result, markdown, Path.Combine(KubernetesSettings.Repository, "benches", "results"), cancel);
        return markdown;
    }

    private string Markdown(KubernetesResult r) => string.Create(CultureInfo.InvariantCulture, $"""
        # On a Kubernetes cluster, {r.Date:yyyy-MM-dd HH:mm} UTC

        **{r.Acknowledged} orders acknowledged while {r.Steps.Count - 1} things happened to the shop's pods: {(Reckoning.Violations == 0 ? "none lost, none twice, all books agree" : $"{Reckoning.Violations} violations")}.
        {(Missed.Count == 0 ? "All targets were met." : $"Targets missed: {string.Join("; ", Missed)}.")}**

        The chart's demo profile, two silos and two APIs, with {r.Buyers} buyers in a pod of their own that go through the API's Service, in a closed loop of at most {r.Buyers * 5} orders/s. Seconds. `done`: the step itself,
        until all pods that should be there are ready and no others are left. `steady`: until orders flow as before. `slowest`: the longest that anybody waited for the outcome of an order or the answer to a
        cancellation, from when he asked or, if he asked before, from the beginning of the step. `pause`: the longest between two confirmations. `failed`: requests whose first try was no success, and all such answers.

        | step | target | met | done | steady | slowest | pause | confirmed | failed (answers) |
        |---|---|---|---|---|---|---|---|---|
        {string.Join('\n', r.Steps.Select(Row))}
        {string.Concat(r.LeftOut.Select(step => $"\n{step.Key} was left out: {step.Value}."))}
        | what | value |
        |---|---|
        | orders | {string.Join(", ", r.Statuses.OrderBy(status => status.Key).Select(status => $"{status.Value} {status.Key}"))} |
        | invariants | {string.Join(", ", r.Invariants)} |
        | faults | {(r.Faults.Count == 0 ? "none" : string.Join("; ", r.Faults.Take(20)))} |
        {string.Join('\n', r.Times.Select(time => string.Create(CultureInfo.InvariantCulture, $"| {time.Key} | {time.Value} s |")))}
        | left by uninstall | {(r.LeftByUninstall.Count == 0 ? "nothing" : string.Join(", ", r.LeftByUninstall))} |
        | cluster | {r.Server}; {string.Join("; ", r.Nodes)} |
        | tools | Helm {r.Helm}, kubectl {r.Kubectl} |
        | images | {string.Join(", ", r.Images)} |
        | other than in production | {r.OtherThanInProduction} |
        | machine of the specs | {r.Machine.Cores} cores ({r.Machine.Processor}), {r.Machine.MemoryGiB} GiB, {r.Machine.System}, kernel {r.Machine.Kernel} |
        | commit | {r.Commit} |

        ## Pods after each step

        {string.Join('\n', r.Steps.Where(step => step.Pods.Count > 0).Select(step => $"- {step.Name}: {string.Join("; ", step.Pods)}"))}

        """);

    private static string Row(StepResult s) => string.Create(CultureInfo.InvariantCulture,
        $"| {s.Name} | {s.Target} | {(s.IsMet is { } met ? met ? "yes" : "**no**" : "")} | {s.DoneSeconds} | {s.SteadySeconds} | {s.Flow.AllServed} | {s.Flow.LongestPause} | {s.Flow.Confirmed} | {Failures(s.Flow)} |");

    private static string Failures(FlowDuring flow) => flow.FailedAnswers == 0 ? "0" : string.Create(CultureInfo.InvariantCulture,
        $"{flow.FailedFirst} ({string.Join(", ", flow.Failures.Select(kind => $"{kind.Value.Answers} {kind.Key}"))})");
}
