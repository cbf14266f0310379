using Microsoft.Extensions.Configuration;
using Orleans.Providers;
using Orleans.Streams.RabbitMQ;

[assembly: RegisterProvider("RabbitMQ", "Streaming", "Silo", typeof(RabbitMqStreamProviderBuilder))]
[assembly: RegisterProvider("RabbitMQ", "Streaming", "Client", typeof(RabbitMqStreamProviderBuilder))]

namespace Orleans.Streams.RabbitMQ;

/// <summary>
/// Providers that are configured rather than written: <c>Orleans:Streaming:{name}:ProviderType = RabbitMQ</c>, and the options beside it.
/// </summary>
internal sealed class RabbitMqStreamProviderBuilder : IProviderBuilder<ISiloBuilder>, IProviderBuilder<IClientBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.AddRabbitMqStreams(NameOf(name), configurationSection.Bind);

    public void Configure(IClientBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.AddRabbitMqStreams(NameOf(name), configurationSection.Bind);

    private static string NameOf(string? name) => string.IsNullOrEmpty(name) ? "RabbitMQ" : name;
}
