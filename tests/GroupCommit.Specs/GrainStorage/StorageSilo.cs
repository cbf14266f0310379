using GroupCommit.Specs.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Storage;
using Orleans.TestingHost;

namespace GroupCommit.Specs.GrainStorage;

/// <summary>A silo whose grains keep their states in a grain storage of ours, the default one and one by the name of "ours".</summary>
internal sealed class StorageSilo : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private StorageSilo(InProcessTestCluster cluster, LogLines log) => (_cluster, Log) = (cluster, log);

    public LogLines Log { get; }

    public IServiceProvider Services => _cluster.GetSiloServiceProvider();

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public IGrainStorage Ours => Storage("ours");

    /// <summary>Sees all batches, and breaks them on demand.</summary>
    public FaultyDialect Dialect => Services.GetRequiredService<FaultyDialect>();

    public static async Task<StorageSilo> Start(SpecDatabase database, Action<ISiloBuilder>? also = null)
    {
        var log = new LogLines();
        var builder = new InProcessTestClusterBuilder(1) { Options = { ConfigureFileLogging = false, InitializeClientOnDeploy = false, ServiceId = SpecDatabase.ServiceId } };
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddGroupCommit(database.Configure);
            silo.AddGroupCommitGrainStorageAsDefault(options => options.SeparateGrainTypes = true);
            silo.AddGroupCommitGrainStorage("ours");
            silo.Services.AddSingleton(services => new FaultyDialect(DialectFactory.Create(services)));
            silo.Services.AddSingleton<IDialect>(services => services.GetRequiredService<FaultyDialect>());
            silo.Services.AddLogging(logging => logging.AddProvider(log));
            also?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new StorageSilo(cluster, log);
    }

    public IGrainStorage Storage(string name) => Services.GetRequiredKeyedService<IGrainStorage>(name);

    public Task Deactivate(IAddressable grain) => _cluster.DeactivateAsync(grain).Soon();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
