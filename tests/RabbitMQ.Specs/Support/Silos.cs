using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Streams;
using Orleans.Streams.RabbitMQ;
using Orleans.TestingHost;

namespace RabbitMq.Specs;

/// <summary>Silos with the provider under test, and the audience of their listeners.</summary>
internal sealed class Silos : IAsyncDisposable
{
    public const string Provider = "rabbit";

    private readonly InProcessTestCluster _cluster;

    private Silos(InProcessTestCluster cluster, Audience audience) => (_cluster, Audience) = (cluster, audience);

    public Audience Audience { get; }

    public InProcessTestCluster Cluster => _cluster;

    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    public IRabbitMqDeadLetters DeadLetters => Services.GetRequiredKeyedService<IRabbitMqDeadLetters>(Provider);

    public RabbitMqProvider Parts => Services.GetRequiredKeyedService<RabbitMqProvider>(Provider);

    public IStreamProvider StreamProvider => Services.GetRequiredKeyedService<IStreamProvider>(Provider);

    public static async Task<Silos> Start(string url, Action<RabbitMqStreamOptions>? configure = null, short silos = 1, Action<ISiloBuilder>? and = null, Action<IClientBuilder>? andClient = null)
    {
        var audience = new Audience();
        var starts = new ConcurrentBag<FailedStart>();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.InitializeClientOnDeploy = false;
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(audience);
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services =>
            {
                var start = new FailedStart(services);
                starts.Add(start);
                return start;
            });
            // A membership that notices fast what a spec does to a silo.
            silo.Services.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.NumMissedProbesLimit = 2;
                membership.ProbeTimeout = TimeSpan.FromSeconds(1);
            });
            silo.AddRabbitMqStreams(Provider, options =>
            {
                options.ConnectionString = url;
                options.QueueCount = 2;
                configure?.Invoke(options);
            }, streams => streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly));
            and?.Invoke(silo);
        });
        builder.ConfigureClient(client =>
        {
            client.AddRabbitMqStreams(Provider, options =>
            {
                options.ConnectionString = url;
                options.QueueCount = 2;
                configure?.Invoke(options);
            });
            andClient?.Invoke(client);
        });
        var cluster = builder.Build();
        try
        {
            await cluster.DeployAsync().Soon();
        }
        catch
        {
            await Task.WhenAll(starts.Select(start => start.End()));
            throw;
        }

        return new Silos(cluster, audience);
    }

    public IAsyncStream<Note> Stream(string key) =>
        StreamProvider.GetStream<Note>(StreamId.Create(Listener.Namespace, key));

    /// <summary>A client of the cluster, which publishes whatever becomes of the silos.</summary>
    public async Task<IStreamProvider> Client()
    {
        await _cluster.InitializeClientAsync().Soon();
        return _cluster.Client.GetStreamProvider(Provider);
    }

    public Task Publish(string key, params string[] ids) => Task.WhenAll(ids.Select(id => Stream(key).OnNextAsync(new Note(id)))).Soon();

    public async ValueTask DisposeAsync()
    {
        Audience.Relent();
        await _cluster.DisposeAsync();
    }
}
