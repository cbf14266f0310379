using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;
using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>Puts one provider together.</summary>
internal sealed class OutboxAdapterFactory(OutboxAdapter adapter, OutboxRelay relay, IStreamQueueMapper mapper) : IQueueAdapterFactory, IDisposable
{
    public static OutboxAdapterFactory Create(IServiceProvider services, string name)
    {
        var committer = services.GetService<ICommitter>() ?? throw new OrleansConfigurationException(
            $"Outbox stream provider '{name}' has no database: add AddGroupCommit to the silo.");
        var options = services.GetRequiredService<IOptionsMonitor<OutboxStreamOptions>>().Get(name);
        // The clock of the pulling agents, so that both stand still or run together in a test.
        var time = services.GetKeyedService<TimeProvider>(StreamingTimeProviderNames.Streaming) ?? TimeProvider.System;
        var serializer = services.GetRequiredService<Serializer>();

        var mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = options.QueueCount }, name);
        var metrics = new OutboxMetrics(name, time, services.GetService<IMeterFactory>());
        var buffer = new OutboxBuffer(name, options, mapper);
        metrics.Observe(buffer);
        var relay = new OutboxRelay(
            name,
            options,
            buffer,
            new OutboxSettler(committer, options.RemovalDelay, time, services.GetRequiredService<ILogger<OutboxSettler>>()),
            metrics,
            services.GetRequiredService<IDialect>(),
            serializer,
            time,
            services.GetRequiredService<ILogger<OutboxRelay>>());

        services.GetRequiredService<OutboxHub>().Add(relay);
        return new OutboxAdapterFactory(new OutboxAdapter(name, relay, committer, serializer, time), relay, mapper);
    }

    [Obsolete("Required by the interface.")]
    public Task<IQueueAdapter> CreateAdapter() => CreateAdapter(CancellationToken.None);

    public Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken) => Task.FromResult<IQueueAdapter>(adapter);

    public IQueueAdapterCache GetQueueAdapterCache() => adapter;

    public IStreamQueueMapper GetStreamQueueMapper() => mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(new FailuresAreSettled());

    public void Dispose() => relay.Dispose();

    /// <summary>Called also when a stop interrupts a delivery, so it decides nothing: the <see cref="OutboxCache"/> knows better.</summary>
    private sealed class FailuresAreSettled : IStreamFailureHandler
    {
        public bool ShouldFaultSubsriptionOnError => false;

        public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
            Task.CompletedTask;

        public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
            Task.CompletedTask;
    }
}
