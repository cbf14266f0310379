using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>Begins to publish after the stream provider has begun to work; ends when no grain can commit any more, with what they have committed last.</summary>
internal sealed class OutboxRelayLifecycle(string name, IServiceProvider services) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private OutboxPublisher? _publisher;

    public void Participate(ISiloLifecycle observer)
    {
        // Before the database opens, so that nothing is committed that it does not hear of, and after the configuration was found valid.
        observer.Subscribe(nameof(OutboxRelayLifecycle), ServiceLifecycleStage.RuntimeInitialize, Prepare);
        var provider = services.GetRequiredService<IOptionsMonitor<StreamLifecycleOptions>>().Get(name);
        observer.Subscribe(nameof(OutboxRelayLifecycle), provider.StartStage + 1, Start);
        // Grains have ended by then, while the provider's connections and the database still work.
        observer.Subscribe(nameof(OutboxRelayLifecycle), ServiceLifecycleStage.ApplicationServices, _ => Task.CompletedTask, Stop);
    }

    public void Dispose() => _publisher?.Dispose();

    private Task Prepare(CancellationToken cancellationToken)
    {
        var options = OptionsOf();
        var mapper = OneQueue();
        var flow = OutboxFlow.Create(services, name, options.Limits, options.SettlingDelay, mapper, options.PublishDelay, options.IsUrgent);
        _publisher = new OutboxPublisher(
            flow,
            mapper.GetAllQueues().Single(),
            services.GetRequiredKeyedService<IStreamProvider>(name),
            options.MaximumConcurrency,
            OutboxFlow.ClockOf(services),
            services.GetRequiredService<ILogger<OutboxPublisher>>());
        return Task.CompletedTask;
    }

    private Task Start(CancellationToken cancellationToken)
    {
        _publisher!.Start();
        return Task.CompletedTask;
    }

    private Task Stop(CancellationToken cancellationToken) => _publisher!.Stop(OptionsOf().StopTimeout, cancellationToken);

    private OutboxRelayOptions OptionsOf() => services.GetRequiredService<IOptionsMonitor<OutboxRelayOptions>>().Get(name);

    /// <summary>Publishing needs no readers to share streams out to.</summary>
    private HashRingBasedStreamQueueMapper OneQueue() => new(new HashRingStreamQueueMapperOptions { TotalQueueCount = 1 }, name);
}
