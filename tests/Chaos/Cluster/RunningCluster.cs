using System.Diagnostics;
using System.Globalization;
using Shop.Benches.Load.Machine;
using Testing.Servers;

namespace Chaos.Cluster;

/// <summary>
/// Three silos, an API, PostgreSQL and RabbitMQ as <c>./cluster</c> runs them, in a folder of their own. What a killed process of specs leaves
/// running under <c>SHOP_SERVICES</c> is ended by <c>./test</c>.
/// </summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    public const int Silos = 3;
    public const string Api = "api";
    public const string Postgres = "postgres";
    public const string RabbitMq = "rabbitmq";
    private const int LogLinesShown = 25;
    private const int LogLineShown = 400;

    private static readonly string Script = Find("cluster");

    /// <summary>Where <c>./cluster</c> lies.</summary>
    public static string Repository => Path.GetDirectoryName(Script)!;

    /// <summary>What ends an order by time is short, so that all of them end within a spec. What decides how soon orders flow again is left as it is in production.</summary>
    public static IReadOnlyDictionary<string, string> OtherThanInProduction { get; } = new Dictionary<string, string>
    {
        ["Shop:Sagas:CancelWindow"] = "00:00:02",
        ["Shop:Sagas:PaymentWindow"] = "00:00:03",
    };

    private static readonly Dictionary<string, string> Settings = new(OtherThanInProduction)
    {
        ["Shop:SeedDemo"] = "false",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "HH:mm:ss.fff ",
    };

    private readonly string folder;
    private readonly List<string> expectedToEnd = [];

    private RunningCluster(string folder, int port)
    {
        this.folder = folder;
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
    }

    public Uri Url { get; }

    /// <summary>Opens the operations.</summary>
    public string Key => Read("key");

    public string ConnectionString => $"Host=127.0.0.1;Port={Read(Postgres, "port")};Username=postgres;Database=postgres";

    public string BrokerUrl => $"amqp://guest:guest@127.0.0.1:{Read(RabbitMq, "port")}/";

    public static IEnumerable<string> SiloNames => Enumerable.Range(1, Silos).Select(n => n.ToString(CultureInfo.InvariantCulture));

    public static async Task<RunningCluster> Start(CancellationToken cancel)
    {
        var services = Environment.GetEnvironmentVariable("SHOP_SERVICES") is { Length: > 0 } given ? given : Path.GetTempPath();
        var port = FreePorts.Take(1)[0];
        var cluster = new RunningCluster(Path.Combine(services, $"cluster-{Guid.NewGuid():N}"), port);
        try
        {
            await cluster.Run(cancel, "up", "--silos", $"{Silos}", "--port", $"{port}", "--no-build");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>What runs, of a process of ours: null while it is down or between two lives.</summary>
    /// <param name="name">api, or a silo's number.</param>
    public int? ProcessOf(string name) =>
        int.TryParse(Read(FolderOf(name), "pid"), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;

    /// <summary>The HTTP address of a process of ours.</summary>
    public Uri UrlOf(string name) => new($"http://127.0.0.1:{PortsOf(name)[0]}");

    /// <summary>Where it listens for other silos, and for clients; the API for neither.</summary>
    public IReadOnlyList<int> SiloPortsOf(string name) => name == Api ? [] : PortsOf(name)[1..];

    /// <summary>As an operator types it: returns when what it asks for is done.</summary>
    public Task Kill(string name, CancellationToken cancel) => Run(cancel, "kill", name);

    public Task Stop(string name, CancellationToken cancel) => Run(cancel, "stop", name);

    public Task Start(string name, CancellationToken cancel) => Run(cancel, "start", name);

    public Task Pause(string name, CancellationToken cancel) => Run(cancel, "pause", name);

    public Task Continue(string name, CancellationToken cancel) => Run(cancel, "continue", name);

    /// <summary>Gives a silo a clock of its own, from its next start on.</summary>
    public SteppedClock ClockOf(string name)
    {
        var clock = new SteppedClock(Path.Combine(folder, FolderOf(name), "offset"));
        clock.Step("+0");
        File.WriteAllLines(Path.Combine(folder, FolderOf(name), "environment"), clock.Environment.Select(each => $"{each.Key}={each.Value}"));
        return clock;
    }

    /// <summary>From its next start on, it has that of the machine again.</summary>
    public void ClockIsRight(string name) => File.Delete(Path.Combine(folder, FolderOf(name), "environment"));

    /// <summary>All that a process of ours has said, in all its lives.</summary>
    public string LogOf(string name) => Read(FolderOf(name), "log");

    /// <summary>It will end by itself, once, and be started again.</summary>
    public void ExpectEnd(string name) => expectedToEnd.Add(name);

    /// <summary>What ended although nobody asked it to, and was started again.</summary>
    public IReadOnlyList<string> UnexplainedEnds() =>
    [
        .. from name in SiloNames.Append(Api)
           let ends = EndsOf(name)
           let expected = expectedToEnd.Count(each => each == name)
           where ends.Length > expected
           select $"{FolderOf(name)} ended by itself {ends.Length} times, expected were {expected}: {string.Join("; ", ends)}",
    ];

    /// <summary>The management's view of the broker.</summary>
    public RabbitManagement Management() =>
        new($"http://127.0.0.1:{int.Parse(Read(RabbitMq, "port"), CultureInfo.InvariantCulture) + 2}", BrokerUrl, "/");

    /// <summary>The last words of every process, and when which of them was started again without being told.</summary>
    public string LastWords() => string.Join('\n', SiloNames.Append(Api).Select(name =>
        $"—— {name}, restarts: {string.Join("; ", EndsOf(name))}\n{string.Join('\n', LogOf(name).Split('\n').Where(IsWorthALook).TakeLast(LogLinesShown).Select(line => line[..Math.Min(line.Length, LogLineShown)]))}"));

    public async ValueTask DisposeAsync()
    {
        if (!Directory.Exists(folder))
            return;
        await Run(CancellationToken.None, "kill", "all");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A script that has begun is waited for, even by those who have no more use for it: half a start leaves a cluster that nobody knows. All have limits of their own.</summary>
    private async Task Run(CancellationToken cancel, params string[] words)
    {
        cancel.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(Script, words) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["SHOP_CLUSTER"] = folder;
        using var process = Process.Start(start)!;
        var (output, complaints) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        await process.WaitForExitAsync(CancellationToken.None);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"./cluster {string.Join(' ', words)} failed: {await complaints}{await output}");
    }

    private string[] EndsOf(string name) => Read(FolderOf(name), "restarts").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // What was adjusted and seeded tells nothing about a fault.
    private static bool IsWorthALook(string line) => !line.Contains("info: Shop.", StringComparison.Ordinal);

    private int[] PortsOf(string name) => [.. Read(FolderOf(name), "ports").Split('\n').Select(port => int.Parse(port, CultureInfo.InvariantCulture))];

    private static string FolderOf(string name) => name == Api ? Api : $"silo-{name}";

    // Written by another process, which may be replacing it just now.
    private string Read(params string[] path)
    {
        try
        {
            return File.ReadAllText(Path.Combine([folder, .. path])).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string Find(string name)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var script = Path.Combine(directory.FullName, name);
            if (File.Exists(script))
                return script;
        }

        throw new InvalidOperationException($"No folder above the specs has {name}.");
    }
}
