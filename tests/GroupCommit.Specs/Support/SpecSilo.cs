using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.TestingHost;

namespace GroupCommit.Specs;

/// <summary>A silo of its own on a database that outlives it, with faults on demand.</summary>
internal sealed class SpecSilo : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private SpecSilo(InProcessTestCluster cluster)
    {
        _cluster = cluster;
        Services = cluster.GetSiloServiceProvider();
    }

    public IServiceProvider Services { get; }

    public FaultyDialect Dialect => Services.GetRequiredService<FaultyDialect>();

    public IDurableRows Rows => Services.GetRequiredService<IDurableRows>();

    public IDurableInspector Inspector => Services.GetRequiredService<IDurableInspector>();

    public ICommitter Committer => Services.GetRequiredService<ICommitter>();

    public static async Task<SpecSilo> Start(SpecDatabase database, Action<GroupCommitOptions>? configure = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.InitializeClientOnDeploy = false;
        builder.Options.ConfigureFileLogging = false;
        builder.Options.ServiceId = SpecDatabase.ServiceId;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<IOutboxProviders, NobodyDelivers>();
            silo.AddGroupCommit(options =>
            {
                database.Configure(options);
                configure?.Invoke(options);
            });
            silo.Services.AddSingleton(services => new FaultyDialect(DialectFactory.Create(services)));
            silo.Services.AddSingleton<IDialect>(services => services.GetRequiredService<FaultyDialect>());
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new SpecSilo(cluster);
    }

    public ICounter Counter(string key) => Services.GetRequiredService<IGrainFactory>().GetGrain<ICounter>(key);

    public ITicket Ticket(string key) => Services.GetRequiredService<IGrainFactory>().GetGrain<ITicket>(key);

    public ILedger Ledger(string key) => Services.GetRequiredService<IGrainFactory>().GetGrain<ILedger>(key);

    public Task<IReadOnlyList<ScheduleRow>> Armed() => Dialect.Armed();

    public Task Deactivated(IAddressable grain) => _cluster.WaitForDeactivationAsync(grain).Soon();

    public Task Deactivate(IAddressable grain) => _cluster.DeactivateAsync(grain).Soon();

    /// <summary>Stops the silo as a host does.</summary>
    public async Task Stop() => await _cluster.StopAllSilosAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    /// <summary>What is published stays in the outbox, to be looked at.</summary>
    private sealed class NobodyDelivers : IOutboxProviders
    {
        public bool Contains(string name) => name == "streams";
    }
}
