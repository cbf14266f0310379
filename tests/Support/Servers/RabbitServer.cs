namespace Testing.Servers;

/// <summary>
/// A RabbitMQ server in a folder of its own, by <c>scripts/rabbitmq</c>, or a broker that is there already. One of our own ends with this
/// process at the latest; what a killed process leaves running under <c>SHOP_SERVICES</c> is ended by <c>./test</c>.
/// </summary>
public sealed class RabbitServer : IDisposable
{
    private static readonly Lazy<RabbitServer> OfTheProcess = new(StartShared);

    private readonly ServerScript? _script;
    private bool _disposed;

    private RabbitServer(string[] words)
    {
        _script = new ServerScript("rabbitmq");
        AppDomain.CurrentDomain.ProcessExit += EndWithTheProcess;
        var addresses = _script.Run("start", words).Split(' ');
        (Url, ManagementUrl, TlsUrl, CaPath) = (addresses[0], addresses[1], addresses[2], Path.Combine(_script.Folder, "tls", "ca.pem"));
    }

    private RabbitServer(string url, string managementUrl) => (Url, ManagementUrl) = (url, managementUrl);

    /// <summary>
    /// For all specs that leave their broker alone: the one at <c>SHOP_RABBITMQ_URL</c> (its management at <c>SHOP_RABBITMQ_MANAGEMENT_URL</c>,
    /// or at port 15672 of the same host), else one of our own, started on first use.
    /// </summary>
    public static RabbitServer Shared => OfTheProcess.Value;

    /// <summary>Stays the same across restarts; holds the user and the password.</summary>
    public string Url { get; }

    /// <summary>Of the management's HTTP API, for the same user.</summary>
    public string ManagementUrl { get; }

    /// <summary>Null at a broker that is not ours.</summary>
    public string? TlsUrl { get; }

    /// <summary>The certificate of who signed the server's one, for <see cref="TlsUrl"/>.</summary>
    public string? CaPath { get; }

    /// <summary>What the other nodes of its cluster call it.</summary>
    public string Node => $"rabbit@{new Uri(Url).Host}";

    public int Port => new Uri(Url) is { Port: > 0 and var port } ? port : 5672;

    /// <summary>For a spec that kills, stops or pauses its broker, or lets it run short of memory; whatever the environment says.</summary>
    public static RabbitServer StartOwn() => new([]);

    /// <summary>One more node of the cluster of a server of ours that runs; several may join at once.</summary>
    public static RabbitServer Join(RabbitServer other) =>
        new(["--join", other._script?.Folder ?? throw new InvalidOperationException($"The broker at {new Uri(other.Url).Authority} is not ours to join.")]);

    /// <summary>A part of the broker that is separate from all others; goes when disposed.</summary>
    public Task<RabbitVirtualHost> NewVirtualHost() => RabbitVirtualHost.Create(this);

    /// <summary>The nodes of its cluster that run, as this one knows.</summary>
    public async Task<int> RunningNodes()
    {
        using var management = new RabbitManagement(ManagementUrl, Url, "/");
        return await management.RunningNodes();
    }

    /// <summary>Starts it again after <see cref="Kill"/> or <see cref="Stop"/>, at the same addresses; what is durable is there again.</summary>
    public void Start() => Run("start");

    /// <summary>As an operator does. Takes some seconds.</summary>
    public void Stop() => Run("stop");

    /// <summary>All its processes at once, as kill -9, an exhausted machine or a crash does.</summary>
    public void Kill() => Run("kill");

    /// <summary>It holds still: connections stay open, and nobody answers.</summary>
    public void Pause() => Run("pause");

    public void Continue() => Run("continue");

    /// <summary>
    /// For a spec that kills the broker soon after it declared a quorum queue. RabbitMQ writes the list of these queues a second or two later;
    /// a queue that is missing there after a crash comes back without a leader and without its messages, confirmed ones too.
    /// </summary>
    public void WriteListOfQuorumQueues() => Evaluate("dets:sync(ra_directory_reverse)");

    /// <summary>It finds its memory used up: connections that publish are blocked, until <see cref="ClearMemoryAlarm"/>.</summary>
    public void RaiseMemoryAlarm() => Evaluate("vm_memory_monitor:set_vm_memory_high_watermark(0.0)");

    public void ClearMemoryAlarm() => Evaluate("vm_memory_monitor:set_vm_memory_high_watermark(0.6)");

    /// <summary>Lets the broker evaluate an Erlang expression, as <c>rabbitmqctl eval</c> does.</summary>
    /// <returns>The value, as Erlang prints it.</returns>
    public string Evaluate(string expression) => Run("eval", expression);

    public void Dispose()
    {
        if (_disposed || _script is null)
            return;

        _disposed = true;
        AppDomain.CurrentDomain.ProcessExit -= EndWithTheProcess;
        _script.Remove();
    }

    private static RabbitServer StartShared()
    {
        if (Environment.GetEnvironmentVariable("SHOP_RABBITMQ_URL") is not { Length: > 0 } url)
            return StartOwn();

        var management = Environment.GetEnvironmentVariable("SHOP_RABBITMQ_MANAGEMENT_URL");
        return new RabbitServer(url, management is { Length: > 0 } ? management : $"http://{new Uri(url).Host}:15672");
    }

    private string Run(string verb, params string[] words) =>
        (_script ?? throw new InvalidOperationException($"The broker at {new Uri(Url).Authority} is not ours to {verb}: StartOwn gives one that is."))
            .Run(verb, words);

    private void EndWithTheProcess(object? sender, EventArgs e) => Dispose();
}
