using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using Testing.Servers;

namespace RabbitMq.Specs.Cluster;

/// <summary>Two silos and a client under steady traffic on a broker of three nodes; what happens to a node meanwhile must cost no event.</summary>
[Collection(ThreeNodes.Name)]
public abstract class ClusterSpec(ThreeNodes three, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Queues = 3;
    private readonly List<Measurements> _measured = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly LogLines _log = new();
    private RabbitVirtualHost? _host;
    private RabbitManagement[] _management = [];
    private Silos? _silos;

    protected RabbitCluster Cluster => three.Cluster;

    private protected Traffic Traffic { get; private set; } = null!;

    /// <summary>Connections that were made again, to whatever node.</summary>
    protected double Reconnects => Sum("reconnects");

    public async ValueTask InitializeAsync()
    {
        await IsWhole();
        _host = await Cluster.Nodes[0].NewVirtualHost();
        _management = [.. Cluster.Nodes.Select(node => new RabbitManagement(node.ManagementUrl, node.Url, _host.Name))];
        _silos = await Silos.Start(_host.At(Cluster.Nodes), options => (options.QueueCount, options.InitialGroupSize) = (Queues, 3), silos: 2, and: _log.Hear, andClient: _log.Hear);
        var client = await _silos.Client();
        foreach (var process in _silos.Cluster.Silos.Select(silo => silo.ServiceProvider).Append(_silos.Cluster.Client.ServiceProvider))
            _measured.Add(new Measurements(process));
        Traffic = new Traffic(streams: 3, [.. _silos.Cluster.Silos.Select((silo, i) => ($"silo-{i}", silo.ServiceProvider.GetRequiredKeyedService<IStreamProvider>(Silos.Provider))), ("client", client)]);
        await Traffic.GoesOn();
        foreach (var node in Cluster.Nodes)
            node.WriteListOfQuorumQueues();
        Note("publishing");
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var line in _log.All.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal)))
            output.WriteLine(line.Split('\n')[0]);
        if (Traffic is not null)
            await Traffic.DisposeAsync();
        _measured.ForEach(each => each.Dispose());
        if (_silos is not null)
            await _silos.DisposeAsync();
        foreach (var each in _management)
            each.Dispose();
        foreach (var node in Cluster.Nodes)
            node.Start(); // The next spec begins with all three, however this one has ended.
        if (_host is not null)
            await _host.DisposeAsync();
    }

    /// <summary>The node that leads the first queue, by what another one knows.</summary>
    protected async Task<RabbitServer> Leader() => Cluster.Find((await _management[0].Queues()).First(queue => queue.Name.EndsWith(".0", StringComparison.Ordinal)).Leader!);

    /// <summary>Every queue has a leader, and so many nodes keep it, as each node knows.</summary>
    protected Task Keep(int members) => Eventually.Is(
        async () =>
        {
            try
            {
                var queues = await Task.WhenAll(_management.Select(each => each.Queues()));
                return queues.All(known => known.Count == Queues + 1 && known.All(queue => queue.Leader is not null && queue.Online.Count == members));
            }
            catch (HttpRequestException)
            {
                return false; // One is just starting.
            }
        },
        $"{members} nodes keep the queues");

    /// <summary>Publishers go on, and what they publish is heard.</summary>
    protected async Task GoOn()
    {
        await Traffic.GoesOn();
        await IsHeard();
    }

    protected void Note(string what) => output.WriteLine($"{Stopwatch.GetElapsedTime(_started).TotalSeconds:F1} s: {what}; {Traffic.Confirmed.Count} confirmed, {Reconnects} reconnects");

    /// <summary>Nothing that was confirmed is lost, no stream has lost its order, and there are no more copies than were made.</summary>
    protected async Task NothingIsLost()
    {
        await Traffic.End();
        await IsHeard();

        var audience = _silos!.Audience;
        var (heard, fresh) = (audience.Heard, audience.Ids.Distinct().ToList());
        Note($"{heard.Count} heard, {heard.Count - fresh.Count} of them again ({Sum("published.repeated")} sent again, {Sum("redelivered.again")} delivered again, {Traffic.Failures} failed); slowest publish {Traffic.Longest.TotalSeconds:F1} s");
        Assert.Equal(Traffic.Confirmed.Order(), fresh.Order());
        Assert.All(fresh.GroupBy(id => id.Split(':')[0]), stream => Assert.Equal(stream.Select(Traffic.Number).Order(), stream.Select(Traffic.Number)));
        Assert.InRange(heard.Count - fresh.Count, 0, Sum("published.repeated") + Sum("redelivered.again") + Traffic.Failures);
        Assert.Equal(0, await _silos!.DeadLetters.Count());
    }

    /// <summary>Each node knows that all of them run: one that the spec before has started or healed may still be on its way back.</summary>
    private Task IsWhole() => Eventually.Is(
        async () =>
        {
            try
            {
                return (await Task.WhenAll(Cluster.Nodes.Select(node => node.RunningNodes()))).All(running => running == Cluster.Nodes.Count);
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        "each node knows all of them");

    /// <summary>All that is confirmed by now.</summary>
    private Task IsHeard()
    {
        var confirmed = Traffic.Confirmed;
        return Eventually.Is(
            () =>
            {
                var heard = _silos!.Audience.Ids.ToHashSet();
                return confirmed.All(heard.Contains);
            },
            "all that was confirmed is heard");
    }

    private double Sum(string instrument) => _measured.Sum(each => each[instrument]);
}
