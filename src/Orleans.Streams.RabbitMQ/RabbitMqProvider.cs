using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Streams.RabbitMQ.Connections;
using Orleans.Streams.RabbitMQ.Publishing;
using Orleans.Streams.RabbitMQ.Receiving;
using Orleans.Streams.RabbitMQ.Topology;

namespace Orleans.Streams.RabbitMQ;

/// <summary>What one provider has in one process: its connections, its publisher, and the inboxes of the queues it reads. Thread-safe.</summary>
internal sealed partial class RabbitMqProvider : ILifecycleParticipant<ISiloLifecycle>, ILifecycleParticipant<IClusterClientLifecycle>, IRabbitMqStreamHealth, IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly HashSet<Inbox> _inboxes = [];
    private readonly BrokerAddress _address;
    private readonly BrokerConnection _publishing;
    private readonly ILogger<RabbitMqProvider> _logger;
    private string? _told;
    private bool _disposed;

    private RabbitMqProvider(IServiceProvider services, string name)
    {
        Name = name;
        Services = services;
        Options = services.GetRequiredService<IOptionsMonitor<RabbitMqStreamOptions>>().Get(name);
        // The clock of the pulling agents, so that both stand still or run together in a test.
        Time = services.GetKeyedService<TimeProvider>(StreamingTimeProviderNames.Streaming) ?? TimeProvider.System;
        var cluster = services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        Names = new Names(Options.Name ?? $"{cluster.ServiceId}.{name}");
        Format = Options.WireFormat(services);
        Keys = Options.MessageKeys?.Invoke(services);
        Metrics = new StreamMetrics(name, services.GetService<IMeterFactory>());
        Topology = new BrokerTopology(Options, Names);
        _address = BrokerAddress.Parse(Options.ConnectionString);
        _publishing = Connection(BrokerPurpose.Publishing);
        Consuming = Connection(BrokerPurpose.Consuming);
        _logger = Logger<RabbitMqProvider>();
        Publisher = new Publisher(Options, _publishing, Metrics, Time, Logger<Publisher>());
        Metrics.Observe(() => Publisher.InFlight, () => Publisher.Waiting, () => Inboxes().Sum(inbox => inbox.Count), () => Inboxes().Select(inbox => inbox.OldestSeconds).DefaultIfEmpty().Max());
    }

    public string Name { get; }

    public IServiceProvider Services { get; }

    public RabbitMqStreamOptions Options { get; }

    public TimeProvider Time { get; }

    public Names Names { get; }

    public IRabbitMqWireFormat Format { get; }

    /// <summary>Null: messages are neither signed nor checked.</summary>
    public IRabbitMqMessageKeys? Keys { get; }

    public StreamMetrics Metrics { get; }

    public BrokerTopology Topology { get; }

    public BrokerConnection Consuming { get; }

    public Publisher Publisher { get; }

    public async Task<string?> FindFault(CancellationToken cancellationToken)
    {
        try
        {
            await _publishing.TryOpen(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var fault = Why(e);
            // Those who ask come every few seconds.
            if (Interlocked.Exchange(ref _told, fault) != fault)
                LogFault(Name, _address, e.GetBaseException().Message);
            return fault;
        }

        Volatile.Write(ref _told, null);
        if (_publishing.IsBlocked)
            return Refuses("its memory or disk is full");
        if (Publisher.Refusal is { } why)
            return Refuses(why);

        return Inboxes().Any(inbox => inbox.IsCut) ? "the broker gives no events: a queue cannot be consumed" : null;
    }

    public static RabbitMqProvider Create(IServiceProvider services, object? key) => new(services, (string)key!);

    // Before streams begin, and, at a stop, after the last grain has gone: it may have published.
    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(RabbitMqProvider), ServiceLifecycleStage.RuntimeStorageServices, Start, _ => Stop());

    public void Participate(IClusterClientLifecycle observer) =>
        observer.Subscribe(nameof(RabbitMqProvider), ServiceLifecycleStage.RuntimeStorageServices, Start, _ => Stop());

    public BrokerConnection Connection(BrokerPurpose purpose) =>
        new(purpose, Options, _address, Topology, $"orleans {Names.Prefix}", Metrics, Time, Logger<BrokerConnection>());

    public ILogger<T> Logger<T>() => Services.GetRequiredService<ILogger<T>>();

    /// <summary>An inbox counts among what the metrics show.</summary>
    public void Add(Inbox inbox)
    {
        lock (_inboxes)
            _inboxes.Add(inbox);
    }

    public void Remove(Inbox inbox)
    {
        lock (_inboxes)
            _inboxes.Remove(inbox);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return; // It is registered under several names.

        _disposed = true;
        await Publisher.DisposeAsync().ConfigureAwait(false);
        await _publishing.DisposeAsync().ConfigureAwait(false);
        await Consuming.DisposeAsync().ConfigureAwait(false);
        Metrics.Dispose();
    }

    private static string Why(Exception fault) => fault switch
    {
        RabbitMqTopologyException => Refuses("an exchange or a queue is declared otherwise, or its user may not declare it"),
        _ when StartupCheck.RefusalOf(fault) is not null => Refuses("it does not let its user in"),
        _ => "the broker cannot be reached",
    };

    private static string Refuses(string why) => $"the broker refuses events: {why}";

    private Inbox[] Inboxes()
    {
        lock (_inboxes)
            return [.. _inboxes];
    }

    private Task Start(CancellationToken cancellationToken) => Options.StartTimeout == TimeSpan.Zero
        ? Task.CompletedTask
        : new StartupCheck(_publishing, Name, _address, Time, Logger<StartupCheck>()).Run(Options.StartTimeout, cancellationToken);

    private Task Stop() => Publisher.Stop(StopLimit);

    [LoggerMessage(LogLevel.Warning, "RabbitMQ stream provider '{Provider}' reports that it is unhealthy: it has no connection to {Address}: {Fault}")]
    private partial void LogFault(string provider, BrokerAddress address, string fault);
}
