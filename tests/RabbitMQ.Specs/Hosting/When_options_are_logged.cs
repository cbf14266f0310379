using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Hosting;

/// <summary>Orleans logs the options of a silo, and of a client, when it starts.</summary>
public sealed class When_options_are_logged
{
    private const string Url = "amqp://shop:tell-nobody@127.0.0.1:5672/";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_show_all_but_the_connection_string(bool ofSilo)
    {
        var builder = Host.CreateDefaultBuilder();
        using var host = ofSilo
            ? builder.UseOrleans(silo => silo.UseLocalhostClustering().AddRabbitMqStreams("events", Set)).Build()
            : builder.UseOrleansClient(client => client.UseLocalhostClustering().AddRabbitMqStreams("events", Set)).Build();

        var lines = host.Services.GetServices<IOptionFormatter>()
            .Single(formatter => formatter.Name.Contains(nameof(RabbitMqStreamOptions), StringComparison.Ordinal)).Format().ToList();

        Assert.Contains("MaximumBatch: 77", lines);
        Assert.DoesNotContain(lines, line => line.Contains("tell-nobody", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ConnectionString: ", StringComparison.Ordinal));
    }

    private static void Set(RabbitMqStreamOptions options)
    {
        options.ConnectionString = Url;
        options.MaximumBatch = 77;
    }
}
