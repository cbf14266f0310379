using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;
using Orleans.Streams;
using Orleans.Streams.Settling;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>Puts one provider together.</summary>
internal sealed class OutboxAdapterFactory(OutboxAdapter adapter, OutboxDispatcher dispatcher, IStreamQueueMapper mapper) : IQueueAdapterFactory, IDisposable
{
    public static OutboxAdapterFactory Create(IServiceProvider services, string name)
    {
        var options = services.GetRequiredService<IOptionsMonitor<OutboxStreamOptions>>().Get(name);
        var time = OutboxFlow.ClockOf(services);
        var mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = options.QueueCount }, name);
        var flow = OutboxFlow.Create(services, name, options.Limits, options.SettlingDelay, mapper);
        var dispatcher = new OutboxDispatcher(flow, options, time, services.GetRequiredService<ILogger<OutboxDispatcher>>());
        var adapter = new OutboxAdapter(name, dispatcher, services.GetRequiredService<ICommitter>(), services.GetRequiredService<Serializer>(), time);
        return new OutboxAdapterFactory(adapter, dispatcher, mapper);
    }

    [Obsolete("Required by the interface.")]
    public Task<IQueueAdapter> CreateAdapter() => CreateAdapter(CancellationToken.None);

    public Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken) => Task.FromResult<IQueueAdapter>(adapter);

    public IQueueAdapterCache GetQueueAdapterCache() => adapter;

    public IStreamQueueMapper GetStreamQueueMapper() => mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(new FailuresAreSettled());

    public void Dispose() => dispatcher.Dispose();
}
