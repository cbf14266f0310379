using System.Globalization;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Load.Workloads;

/// <param name="Rate">Orders a second, on average.</param>
/// <param name="Processes">Name and process id of everything that is the shop.</param>
internal sealed record W5Settings(
    string Mode, int Rate, int Seconds, int WarmupSeconds, int Products, int Seed,
    IReadOnlyDictionary<string, int> Processes, string? ResultDirectory, string Commit, string ServerSettings);

/// <summary>What one run of W5 found.</summary>
/// <param name="Posted">From the moment when an order was due to its acknowledgement.</param>
/// <param name="Confirmed">From that moment to knowing that it is confirmed.</param>
/// <param name="DriverLate">How late the driver sent orders: a part of both.</param>
/// <param name="ForeignCores">Cores that others kept busy meanwhile.</param>
internal sealed record W5Result(
    string Workload, string Mode, DateTimeOffset Date, string Commit, MachineFacts Machine, string ServerSettings,
    int Rate, int Seconds, int WarmupSeconds, int Products, int Seed,
    Latencies Posted, Latencies Confirmed, Latencies DriverLate, double ForeignCores,
    IReadOnlyDictionary<string, int> Errors, IReadOnlyList<string> Faults, long Violations)
{
    public string ClosingLine => string.Create(
        CultureInfo.InvariantCulture,
        $"POST p50 {Posted.P50} ms, p99 {Posted.P99} ms; confirmed p50 {Confirmed.P50} ms, p99 {Confirmed.P99} ms at {Rate} orders/s, {Violations} violations");

    public string Markdown => string.Create(CultureInfo.InvariantCulture, $"""
        # W5 {Mode}, {Date:yyyy-MM-dd HH:mm} UTC

        **{ClosingLine}**

        | what | value |
        |---|---|
        | POST → acknowledged | {Posted} |
        | POST → confirmed | {Confirmed} |
        | the driver's part of both | {DriverLate} |
        | foreign load | {ForeignCores} of {Machine.Cores} cores |
        | errors | {(Errors.Count == 0 ? "none" : string.Join(", ", Errors.Select(error => $"{error.Key} {error.Value}")))} |
        | faults in the driver's books | {(Faults.Count == 0 ? "none" : string.Join("; ", Faults.Take(20)))} |
        | load | open loop, {Rate} orders/s, 1 line of {Products} products, tok_ok, {WarmupSeconds} s warm-up, {Seconds} s, seed {Seed} |
        | server | {ServerSettings} |
        | machine | {Machine.Cores} cores ({Machine.Processor}), {Machine.MemoryGiB} GiB, {Machine.System}, kernel {Machine.Kernel}, {Machine.Runtime} |
        | commit | {Commit} |

        """);

    public static W5Result From(
        W5Settings settings, IReadOnlyCollection<CrowdAnswer> answers, CpuUse cpu, IReadOnlyDictionary<string, int> errors, AuditResult audit) => new(
        "w5", settings.Mode, DateTimeOffset.UtcNow, settings.Commit, MachineFacts.Read(), settings.ServerSettings,
        settings.Rate, settings.Seconds, settings.WarmupSeconds, settings.Products, settings.Seed,
        Latencies.Of(answers.Where(answer => !answer.Confirmed).Select(answer => answer.Latency)),
        Latencies.Of(answers.Where(answer => answer.Confirmed).Select(answer => answer.Latency)),
        Latencies.Of(answers.Select(answer => answer.Late)),
        Math.Round(cpu.ForeignCores, 2), errors, audit.Faults, audit.Violations);
}
