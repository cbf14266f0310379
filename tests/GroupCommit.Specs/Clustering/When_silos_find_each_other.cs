using Microsoft.Extensions.Configuration;
using Orleans.Streams;
using Orleans.TestingHost;
using Testing.Servers;

namespace GroupCommit.Specs.Clustering;

/// <summary>Two silos and a client on our tables, with the packages of Orleans: membership, gateways, and a PubSubStore.</summary>
public sealed class When_silos_find_each_other : IAsyncLifetime
{
    private readonly PostgresDatabase _database = new();

    public async ValueTask InitializeAsync() => await PostgresSpec.Apply(_database);

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Should_be_one_cluster_that_its_client_finds()
    {
        await using var cluster = await Start();
        var management = cluster.Client.GetGrain<IManagementGrain>(0);

        Assert.Equal(2, (await management.GetHosts(onlyActive: true)).Count);
        Assert.Equal("2", _database.Ask("SELECT count(*) FROM orleansmembershiptable WHERE status = 3 AND proxyport > 0"));
    }

    [Fact]
    public async Task Should_note_who_has_left()
    {
        await using var cluster = await Start();

        await cluster.StopSiloAsync(cluster.Silos[1]);

        await Eventually.Is(async () => (await cluster.Client.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count == 1);
        Assert.Equal("1", _database.Ask("SELECT count(*) FROM orleansmembershiptable WHERE status = 6"));
    }

    [Fact]
    public async Task Should_remember_who_listens_across_a_restart()
    {
        await using (var before = await Start())
        {
            await before.Client.GetGrain<INewsReader>("reader").Subscribe();
            await before.StopAllSilosAsync();
        }

        await using var after = await Start();
        await after.Client.GetStreamProvider("streams").GetStream<string>(StreamId.Create("news", "reader")).OnNextAsync("hello");

        await Eventually.Is(async () => await after.Client.GetGrain<INewsReader>("reader").Read() is ["hello"]);
        Assert.Equal("1", _database.Ask("SELECT count(*) FROM orleansstorage WHERE graintypestring = 'PubSubRendezvousGrain'"));
    }

    private async Task<TestCluster> Start()
    {
        var builder = new TestClusterBuilder(2)
        {
            Options = { ConfigureFileLogging = false, UseTestClusterMembership = false, ConnectionTransport = ConnectionTransportType.TcpSocket, ServiceId = "shop" },
        };
        builder.AddSiloBuilderConfigurator<OnPostgres>();
        builder.AddClientBuilderConfigurator<OnPostgres>();
        builder.Properties[nameof(OnPostgres)] = _database.ConnectionString;
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private sealed class OnPostgres : ISiloConfigurator, IClientBuilderConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            var connectionString = siloBuilder.Configuration[nameof(OnPostgres)];
            siloBuilder.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connectionString));
            siloBuilder.AddAdoNetGrainStorage("PubSubStore", options => (options.Invariant, options.ConnectionString) = ("Npgsql", connectionString));
            siloBuilder.AddMemoryStreams("streams");
        }

        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder)
        {
            var connectionString = configuration[nameof(OnPostgres)];
            clientBuilder.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connectionString));
            clientBuilder.AddMemoryStreams("streams");
        }
    }
}

[Alias("specs.INewsReader")]
public interface INewsReader : IGrainWithStringKey
{
    [Alias("Subscribe")] Task Subscribe();

    [Alias("Read")] Task<string[]> Read();
}

[GrainType("news-reader")]
public sealed class NewsReaderGrain : Grain, INewsReader
{
    private readonly List<string> _read = [];

    private IAsyncStream<string> News => this.GetStreamProvider("streams").GetStream<string>(StreamId.Create("news", this.GetPrimaryKeyString()));

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var subscription in await News.GetAllSubscriptionHandles())
            await subscription.ResumeAsync((item, _) => Note(item));
    }

    public Task Subscribe() => News.SubscribeAsync((item, _) => Note(item));

    public Task<string[]> Read() => Task.FromResult<string[]>([.. _read]);

    private Task Note(string item)
    {
        _read.Add(item);
        return Task.CompletedTask;
    }
}
