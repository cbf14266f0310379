using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Streams.RabbitMQ;
using RabbitMQ.Client;

namespace RabbitMq.Specs;

/// <summary>The provider's parts without a silo around them: enough to publish.</summary>
internal sealed class Sender : IAsyncDisposable
{
    private const string Provider = "sender";

    private readonly ServiceProvider _services;

    public Sender(string url, Action<RabbitMqStreamOptions>? configure = null, TimeProvider? time = null, LogLines? log = null)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSerializer();
        if (log is not null)
            services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(log);
        services.Configure<ClusterOptions>(cluster => cluster.ServiceId = "specs");
        services.Configure<RabbitMqStreamOptions>(Provider, options =>
        {
            options.ConnectionString = url;
            options.QueueCount = 2;
            options.ConnectTimeout = TimeSpan.FromSeconds(3);
            configure?.Invoke(options);
        });
        if (time is not null)
            services.AddKeyedSingleton(Orleans.Streams.StreamingTimeProviderNames.Streaming, time);
        services.AddKeyedSingleton(Provider, RabbitMqProvider.Create);
        _services = services.BuildServiceProvider();
        Parts = _services.GetRequiredKeyedService<RabbitMqProvider>(Provider);
    }

    public RabbitMqProvider Parts { get; }

    /// <summary>Ends when the broker has confirmed it.</summary>
    public Task Publish(string id, int partition = 0, string? exchange = null, int bytes = 100) => Parts.Publisher.Publish(
        exchange ?? Parts.Names.Exchange, $"{partition}", mandatory: true, new BasicProperties { MessageId = id, DeliveryMode = DeliveryModes.Persistent }, new byte[bytes]);

    public async ValueTask DisposeAsync()
    {
        await Parts.DisposeAsync();
        await _services.DisposeAsync();
    }
}
