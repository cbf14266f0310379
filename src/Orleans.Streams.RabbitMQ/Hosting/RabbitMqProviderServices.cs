using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Streams.RabbitMQ.DeadLetters;
using Orleans.Streams.RabbitMQ.Listening;
using Orleans.Streams.RabbitMQ.Topology;

namespace Orleans.Streams.RabbitMQ;

/// <summary>What a provider needs in silos and in clients.</summary>
internal static class RabbitMqProviderServices
{
    public static void Add(IServiceCollection services, string name, Action<RabbitMqStreamOptions> configure)
    {
        services.AddOptions<RabbitMqStreamOptions>(name).Configure(configure);
        services.ConfigureNamedOptionForLogging<RabbitMqStreamOptions>(name);
        services.AddSingleton<IConfigurationValidator>(provider =>
            new RabbitMqStreamOptionsValidator(name, provider.GetRequiredService<IOptionsMonitor<RabbitMqStreamOptions>>().Get(name)));
        services.AddKeyedSingleton(name, RabbitMqProvider.Create);
        services.AddKeyedSingleton<IRabbitMqStreamHealth>(name, (provider, _) => provider.GetRequiredKeyedService<RabbitMqProvider>(name));
        services.AddKeyedSingleton<IRabbitMqDeadLetters>(name, (provider, _) => new DeadLetterDesk(provider.GetRequiredKeyedService<RabbitMqProvider>(name)));
        services.AddKeyedSingleton<IRabbitMqBindings>(name, (provider, _) => new BoundQueues(provider.GetRequiredKeyedService<RabbitMqProvider>(name)));
        services.AddKeyedSingleton<IRabbitMqListeners>(name, (provider, _) => new Listeners(provider.GetRequiredKeyedService<RabbitMqProvider>(name)));
    }
}
