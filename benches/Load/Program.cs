using Shop.Benches.Load;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Comparing;
using Shop.Benches.Load.Machine;
using Shop.Benches.Load.Peers;
using Shop.Benches.Load.Plots;
using Shop.Benches.Load.Shopping;
using Shop.Benches.Load.Workloads;

const string usage = """
    Drives a running shop over HTTP and checks its books.

      ready     --url [--limit 60] [--watch PID]   until the shop is ready; fails when that process ends first
      ports     [--count 3]                        free ports, one a line
      w1        --url [--buyers 128] [--seconds 20] [--warmup 10] [--products 1000] [--seed 1] [--mode embedded]
                [--processes shop=PID,…] [--metrics URL,…] [--postgres CONNECTION] [--key-file FILE | --books FILE]
                [--results DIR] [--commit ID] [--server-settings TEXT]
                --books: of a peer, whose books are read by SQL (benches/Peers)
      w3        --url […]                          orders of several kinds; words are w1's
      w4        --url [--readers 32] […]           reads beside w1; further words are w1's
      w5        --url --rate N [--seconds 30] [--warmup 10] [--products 1000] [--seed 1] [--mode embedded] [--processes shop=PID,…]
                [--key-file FILE] [--results DIR] [--commit ID] [--server-settings TEXT]
      w6        --url [--orders 10000,100000,1000000] […]   what an order costs once there are so many; further words are w1's
      mixed     --url [--orders 5000] [--clients 20] [--products 100] [--declined 10] [--expire] [--limit 120] [--seed 1]
      oversell  --url [--stock 100] [--clients 50] [--limit 120] [--seed 1]
      same      --url [--times 50] [--limit 60] [--seed 1]
      course    --url [--buyers 8] [--key-file FILE] [--port 8090] [--seed 1]
                buyers while somebody lets things happen to the shop, who says so on that port (CourseServer.cs)
      compare   --workload ab|w7 --runs FILE [--words TEXT] [--results DIR] [--commit ID]
                medians and ratios; each line of FILE, with tabs between: what ran, the last line of ./bench w1, the path of its report
      oversold, crash and peers are steps of ./bench peers (PeerCommands.cs)
      kill      --pod UID [--program Shop.Silo.dll]   SIGKILL to that program of a pod, from one that shares the node's process ids

    Exit codes: 0 all well, 1 a violation or nothing confirmed, 2 not understood.
    """;

if (args.Length == 0)
{
    Console.Error.WriteLine(usage);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    var arguments = new Arguments(args.AsSpan(1));
    return args[0] switch
    {
        "ready" => await RunReady(arguments, stop.Token),
        "ports" => RunPorts(arguments),
        "w1" => await RunW1(arguments, stop.Token),
        "w3" => await RunMeasured(arguments, W3.Run, stop.Token),
        "w4" => await RunW4(arguments, stop.Token),
        "w5" => await RunW5(arguments, stop.Token),
        "w6" => await RunW6(arguments, stop.Token),
        "mixed" => await RunMixed(arguments, stop.Token),
        "oversell" => await RunOversell(arguments, stop.Token),
        "same" => await RunSame(arguments, stop.Token),
        "compare" => await RunCompare(arguments, stop.Token),
        "kill" => RunKill(arguments),
        "course" => await RunCourse(arguments, stop.Token),
        "oversold" => await RunOnPeer(arguments, PeerCommands.Oversold, stop.Token),
        "crash" => await RunOnPeer(arguments, PeerCommands.Crash, stop.Token),
        "peers" => await PeerCommands.Compare(arguments, stop.Token),
        _ => throw new ArgumentException($"There is no '{args[0]}'.\n{usage}"),
    };
}
catch (ArgumentException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}
catch (Exception fault) when (fault is HttpRequestException or TimeoutException)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}

static async Task<int> RunReady(Arguments arguments, CancellationToken cancel)
{
    using var api = new ShopApi(Url(arguments));
    var (limit, pid) = (Limit(arguments, 60), arguments.Number("watch", 0));
    arguments.RefuseUnknown();
    if (await Readiness.Wait(api, limit, () => pid == 0 || Directory.Exists($"/proc/{pid}"), cancel))
        return 0;
    Console.Error.WriteLine($"The shop at {api.Url} did not become ready.");
    return 1;
}

static int RunPorts(Arguments arguments)
{
    var count = arguments.Number("count", 3, least: 1);
    arguments.RefuseUnknown();
    foreach (var port in FreePorts.Take(count))
        Console.WriteLine(port);
    return 0;
}

static W1Settings ReadW1(Arguments arguments) => new(
    Url(arguments), arguments.Text("mode", "embedded"),
    arguments.Number("buyers", 128, least: 1), arguments.Number("seconds", 20, least: 1), arguments.Number("warmup", 10),
    arguments.Number("products", 1000, least: 1), arguments.Number("seed", 1), arguments.Processes(),
    arguments.Urls("metrics"), arguments.Text("postgres"),
    arguments.Text("results"), arguments.Text("commit", "unknown"), arguments.Text("server-settings", "unknown"));

static async Task<int> RunW1(Arguments arguments, CancellationToken cancel)
{
    var settings = ReadW1(arguments);
    using var api = await PeerApi(arguments, cancel);
    arguments.RefuseUnknown();
    var result = await W1.Run(api, settings, cancel);
    Console.WriteLine(W1Report.Markdown(result));
    if (settings.ResultDirectory is { } directory)
        Console.WriteLine($"wrote {string.Join(", ", await W1Report.Write(result, directory, cancel))}");
    Console.WriteLine(W1Report.ClosingLine(result));
    return result is { Violations: 0, Confirmed: > 0 } ? 0 : 1;
}

static async Task<int> RunW5(Arguments arguments, CancellationToken cancel)
{
    var settings = new W5Settings(
        arguments.Text("mode", "embedded"), arguments.Number("rate", 0), arguments.Number("seconds", 30, least: 1),
        arguments.Number("warmup", 10),
        arguments.Number("products", 1000, least: 1), arguments.Number("seed", 1), arguments.Processes(),
        arguments.Text("results"), arguments.Text("commit", "unknown"), arguments.Text("server-settings", "unknown"));
    if (settings.Rate == 0)
        throw new ArgumentException("--rate takes the orders a second, from 1.");
    using var api = new ShopApi(Url(arguments), opsKey: await Key(arguments, cancel));
    arguments.RefuseUnknown();
    var result = await W5.Run(api, settings, cancel);
    Console.WriteLine(result.Markdown);
    await Keep($"w5-{result.Mode}", result.Date, result, result.Markdown, settings.ResultDirectory, cancel, ReportPanels.Of(result));
    Console.WriteLine(result.ClosingLine);
    return result is { Violations: 0, Confirmed.Count: > 0 } ? 0 : 1;
}

static async Task Keep<T>(
    string workload, DateTimeOffset date, T result, string markdown, string? directory, CancellationToken cancel,
    IReadOnlyList<Panel>? panels = null)
{
    if (directory is null)
        return;
    var files = panels is null
        ? await ResultFiles.Write(workload, date, result, markdown, directory, cancel)
        : await IllustratedResult.Write(workload, date, result, markdown, panels, directory, cancel);
    Console.WriteLine($"wrote {string.Join(", ", files)}");
}

static async Task<int> RunMeasured(
    Arguments arguments, Func<ShopApi, W1Settings, CancellationToken, Task<LoadResult>> run, CancellationToken cancel)
{
    var settings = ReadW1(arguments);
    using var api = new ShopApi(settings.Url, opsKey: await Key(arguments, cancel));
    arguments.RefuseUnknown();
    var result = await run(api, settings, cancel);
    Console.WriteLine(result.Markdown);
    await Keep($"{result.Workload}-{result.Mode}", result.Date, result, result.Markdown, settings.ResultDirectory, cancel);
    Console.WriteLine(result.ClosingLine);
    return result.Violations == 0 ? 0 : 1;
}

static Task<int> RunW4(Arguments arguments, CancellationToken cancel)
{
    var readers = arguments.Number("readers", 32, least: 1);
    return RunMeasured(arguments, (api, settings, end) => W4.Run(api, settings, readers, end), cancel);
}

static async Task<int> RunW6(Arguments arguments, CancellationToken cancel)
{
    var settings = ReadW1(arguments);
    var sizes = arguments.Text("orders", "10000,100000,1000000").Split(',').Select(Size).Order().ToList();
    using var api = new ShopApi(settings.Url, opsKey: await Key(arguments, cancel));
    arguments.RefuseUnknown();
    var result = await W6.Run(api, settings, sizes, cancel);
    Console.WriteLine(result.Markdown);
    await Keep($"w6-{result.Mode}", result.Date, result, result.Markdown, settings.ResultDirectory, cancel, ReportPanels.Of(result));
    Console.WriteLine(result.ClosingLine);
    return result.Violations == 0 && result.Points.All(point => point.OrdersPerSecond > 0) ? 0 : 1;

    static int Size(string text) => int.TryParse(text, out var size) && size > 0
        ? size
        : throw new ArgumentException($"--orders takes numbers from 1, with commas between, not '{text}'.");
}

static async Task<int> RunMixed(Arguments arguments, CancellationToken cancel)
{
    using var api = new ShopApi(Url(arguments));
    var settings = new MixedSettings(
        arguments.Number("orders", 5000, least: 1), arguments.Number("clients", 20, least: 1), arguments.Number("products", 100, least: 1),
        arguments.Number("declined", 10), arguments.Number("seed", 1), arguments.Flag("expire"), Limit(arguments, 120));
    arguments.RefuseUnknown();
    return Close(await Mixed.Run(api, settings, cancel));
}

static async Task<int> RunOversell(Arguments arguments, CancellationToken cancel)
{
    using var api = new ShopApi(Url(arguments));
    var settings = new OversellSettings(
        arguments.Number("stock", 100, least: 1), arguments.Number("clients", 50, least: 1),
        arguments.Number("seed", 1), Limit(arguments, 120));
    arguments.RefuseUnknown();
    return Close(await Oversell.Run(api, settings, cancel));
}

static async Task<int> RunSame(Arguments arguments, CancellationToken cancel)
{
    using var api = new ShopApi(Url(arguments));
    var (times, seed, limit) = (arguments.Number("times", 50, least: 2), arguments.Number("seed", 1), Limit(arguments, 60));
    arguments.RefuseUnknown();
    return Close(await SameRequest.Run(api, times, seed, limit, cancel));
}

static async Task<int> RunCourse(Arguments arguments, CancellationToken cancel)
{
    // Longer than the API itself goes on before it says that it cannot answer.
    using var api = new ShopApi(Url(arguments), TimeSpan.FromSeconds(30), await Key(arguments, cancel));
    var (buyers, seed) = (arguments.Number("buyers", Buyers.Usually, least: 1), arguments.Number("seed", 1));
    var port = arguments.Number("port", 8090, least: 1);
    arguments.RefuseUnknown();
    await using var shopping = await Buyers.In(api, buyers, seed, cancel);
    return await CourseServer.Run(new Course(api, shopping, cancel), port, cancel) is { Violations: 0 } ? 0 : 1;
}

static async Task<int> RunCompare(Arguments arguments, CancellationToken cancel)
{
    var (workload, file, directory) = (arguments.Text("workload", ""), arguments.Text("runs", ""), arguments.Text("results"));
    var (words, commit) = (arguments.Text("words", ""), arguments.Text("commit", "unknown"));
    arguments.RefuseUnknown();
    var comparison = Comparison.Of(workload, words, commit, [.. (await File.ReadAllLinesAsync(file, cancel)).Select(ComparedRun.Parse)]);
    var markdown = ComparisonReport.Markdown(comparison);
    Console.WriteLine(markdown);
    await Keep(workload, comparison.Date, comparison, markdown, directory, cancel, ReportPanels.Of(comparison));
    Console.WriteLine(ComparisonReport.ClosingLine(comparison));
    return comparison.Violations == 0 ? 0 : 1;
}

static async Task<ShopApi> PeerApi(Arguments arguments, CancellationToken cancel) =>
    await PeerCommands.Api(arguments, Url(arguments), await Key(arguments, cancel), cancel);

static async Task<int> RunOnPeer(Arguments arguments, Func<Arguments, ShopApi, CancellationToken, Task<int>> step, CancellationToken cancel)
{
    using var api = await PeerApi(arguments, cancel);
    // One set of words says for all steps what they are about.
    (_, _, _) = (arguments.Text("processes"), arguments.Text("mode"), arguments.Text("results"));
    return await step(arguments, api, cancel);
}

static int RunKill(Arguments arguments)
{
    var (pod, program) = (arguments.Text("pod", ""), arguments.Text("program", "Shop.Silo.dll"));
    arguments.RefuseUnknown();
    if (pod.Length == 0)
        throw new ArgumentException("--pod takes the uid of a pod.");
    var killed = PodProcesses.Kill(pod, program);
    Console.WriteLine($"{killed} processes of {program} in {pod} were killed");
    return killed > 0 ? 0 : 1;
}

static async Task<string?> Key(Arguments arguments, CancellationToken cancel) =>
    arguments.Text("key-file") is { } file ? (await File.ReadAllTextAsync(file, cancel)).Trim() : null;

static int Close(Outcome outcome)
{
    outcome.Print();
    return outcome.Violations == 0 ? 0 : 1;
}

static Uri Url(Arguments arguments) => new(arguments.Text("url", "http://127.0.0.1:5080"));

static TimeSpan Limit(Arguments arguments, int seconds) => TimeSpan.FromSeconds(arguments.Number("limit", seconds, least: 1));
