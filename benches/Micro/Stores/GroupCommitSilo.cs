using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Streams;

namespace Shop.Benches.Micro.Stores;

/// <summary>A silo with group commits. Its events are removed as those that were delivered are: by the product's own code, many at once.</summary>
internal sealed class GroupCommitSilo : BenchSilo
{
    private const string Provider = "bench";
    private static readonly TimeSpan EmptyLimit = TimeSpan.FromSeconds(60);

    private GroupCommitSilo(IHost host) : base(host)
    {
        Committer = Services.GetRequiredService<ICommitter>();
        var settler = new OutboxSettler(
            Committer, NothingWaits(), new OutboxStreamOptions().SettlingDelay, TimeProvider.System, Services.GetRequiredService<ILogger<OutboxSettler>>());
        Committer.OutboxCommitted = settler.Remove;
    }

    public ICommitter Committer { get; }

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public static new async Task<GroupCommitSilo> Start(string name, Action<ISiloBuilder> configure)
    {
        var host = Build(name, configure);
        var silo = new GroupCommitSilo(host);
        await host.StartAsync();
        return silo;
    }

    /// <summary>Of events that are removed as soon as they are there, nothing is ever in memory.</summary>
    private static OutboxBuffer NothingWaits() => new(
        Provider, new OutboxStreamOptions().Limits, new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = 1 }, Provider));

    public OutboxRow Event(StreamId stream, object item) =>
        OutboxRow.For(Provider, stream, Serializer.SerializeToArray<object>(item), DateTimeOffset.UtcNow, item);

    public async Task OutboxIsEmpty()
    {
        var started = Stopwatch.GetTimestamp();
        var inspector = Services.GetRequiredService<IDurableInspector>();
        while (true)
        {
            await using (var snapshot = await inspector.OpenSnapshot())
            {
                if ((await snapshot.ReadOutboxDepth()).Waiting == 0)
                    return;
            }
            if (Stopwatch.GetElapsedTime(started) > EmptyLimit)
                throw new TimeoutException($"Events are still in the outbox {EmptyLimit} after the last write.");
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }
}
