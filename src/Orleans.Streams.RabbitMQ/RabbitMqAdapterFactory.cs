using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Streams.Settling;

namespace Orleans.Streams.RabbitMQ;

/// <summary>Gives Orleans the parts of one provider.</summary>
internal sealed class RabbitMqAdapterFactory(RabbitMqAdapter adapter, IStreamQueueMapper mapper) : IQueueAdapterFactory
{
    public static RabbitMqAdapterFactory CreateForSilo(IServiceProvider services, string name) => Create(services, name, StreamProviderDirection.ReadWrite);

    /// <summary>A client publishes itself; what it subscribes to comes to it from the silos.</summary>
    public static RabbitMqAdapterFactory CreateForClient(IServiceProvider services, string name) => Create(services, name, StreamProviderDirection.WriteOnly);

    [Obsolete("Required by the interface.")]
    public Task<IQueueAdapter> CreateAdapter() => CreateAdapter(CancellationToken.None);

    public Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken) => Task.FromResult<IQueueAdapter>(adapter);

    public IQueueAdapterCache GetQueueAdapterCache() => adapter;

    public IStreamQueueMapper GetStreamQueueMapper() => mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(new FailuresAreSettled());

    private static RabbitMqAdapterFactory Create(IServiceProvider services, string name, StreamProviderDirection direction)
    {
        var provider = services.GetRequiredKeyedService<RabbitMqProvider>(name);
        var mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = provider.Options.QueueCount }, name);
        return new RabbitMqAdapterFactory(new RabbitMqAdapter(provider, mapper, direction), mapper);
    }
}
