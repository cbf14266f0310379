using System.Diagnostics.CodeAnalysis;
using System.Net;
using GroupCommit.Specs.Outbox;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit.Storage.Postgres;

namespace GroupCommit.Specs.Postgres;

/// <summary>A silo that starts, as far as what it takes over from others goes. Who is a member, and what time it is, the spec says.</summary>
internal sealed class HeritageUnderTest : IAsyncDisposable
{
    private readonly SiloLifecycleSubject _lifecycle = new(NullLogger<SiloLifecycleSubject>.Instance);
    private readonly ILoggerFactory _logging;
    private readonly PostgresHeritage _heritage;

    public HeritageUnderTest(Store store)
    {
        Store = store;
        _logging = LoggerFactory.Create(logging => logging.AddProvider(Log));
        _heritage = new PostgresHeritage(
            store.Dialect.Inner, store.Committer, Store.Formats, Members, new Local(), Clock, _logging.CreateLogger<PostgresHeritage>());
        _heritage.Participate(_lifecycle);
        _lifecycle.Subscribe("members are known", ServiceLifecycleStage.BecomeActive, _ =>
        {
            MembersAreKnown?.Invoke();
            return Task.CompletedTask;
        });
    }

    public Store Store { get; }

    public FakeTimeProvider Clock { get; } = new();

    public LogLines Log { get; } = new();

    public KnownMembers Members { get; } = new();

    /// <summary>Called after the first look and before the second.</summary>
    public Action? MembersAreKnown { get; set; }

    public Task Start() => _lifecycle.OnStart(CancellationToken.None).Soon();

    public async ValueTask DisposeAsync()
    {
        await _lifecycle.OnStop(CancellationToken.None).Soon();
        _heritage.Dispose();
        _logging.Dispose();
    }

    /// <summary>Nobody knows anybody until the spec says so.</summary>
    public sealed class KnownMembers : ISiloStatusOracle
    {
        public Dictionary<string, SiloStatus> Known { get; } = [];

        public SiloStatus CurrentStatus => SiloStatus.Active;

        public string SiloName => "spec";

        public SiloAddress SiloAddress => Local.Address;

        public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) => Known.GetValueOrDefault(siloAddress.ToParsableString());

        public SiloAddress[] GetActiveSilos() => throw new NotSupportedException();

        public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) => throw new NotSupportedException();

        public bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName) => throw new NotSupportedException();

        public bool IsFunctionalDirectory(SiloAddress siloAddress) => throw new NotSupportedException();

        public bool IsDeadSilo(SiloAddress silo) => throw new NotSupportedException();

        public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer) => throw new NotSupportedException();

        public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer) => throw new NotSupportedException();
    }

    /// <summary>At an address where nobody was before.</summary>
    private sealed class Local : ILocalSiloDetails
    {
        public static readonly SiloAddress Address = SiloAddress.New(IPAddress.Loopback, 2, 1);

        public string Name => "spec";

        public string ClusterId => "spec";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress => Address;

        public SiloAddress GatewayAddress => Address;
    }
}
