using Microsoft.Extensions.Logging;
using Shop.Payments;
using Shop.Sagas;
using Shop.Simulation.Cluster;
using Shop.Simulation.Laws;
using Shop.Simulation.Machine;
using Shop.Simulation.Outside;
using Shop.Simulation.Storage;

namespace Shop.Simulation;

/// <summary>All there is in one run: a database, a gateway, processes with the shop's grains, and the people around them.</summary>
internal sealed class World
{
    private readonly Dictionary<string, int> faults = new(StringComparer.Ordinal);

    public World(Choices choices, bool traced)
    {
        Choices = choices;
        Trace = new Trace(Timeline, traced);
        Weather = new Weather(this);
        Nobody = ActorOf("nobody", host: null);
        Outboxes = new Outboxes(this);
        Gateway = new GatewayNetwork(this);
        Laws = new LawBook(this);
        Cluster = new GrainDirectory(this);
    }

    /// <summary>How often each happened.</summary>
    public IReadOnlyDictionary<string, int> Faults => faults;

    public Choices Choices { get; }

    public Timeline Timeline { get; } = new();

    public Trace Trace { get; }

    public Weather Weather { get; }

    public Database Database { get; } = new();

    public Outboxes Outboxes { get; }

    public GatewayNetwork Gateway { get; }

    public GrainDirectory Cluster { get; }

    public LawBook Laws { get; }

    /// <summary>Changed only before anybody does anything.</summary>
    public SagaOptions Sagas { get; } = new();

    public PaymentOptions Payments { get; } = new();

    /// <summary>Whose turn it is when it is nobody's.</summary>
    public Actor Nobody { get; }

    public Actor ActorOf(string name, Process? host) =>
        new(Timeline, host is null ? name : $"{name}@{host.Name}", host, Choices.Of(name));

    /// <summary>Of whoever is taking a turn.</summary>
    public Task Pause(TimeSpan time)
    {
        var over = new TaskCompletionSource();
        Timeline.After(time, Timeline.Current?.Host, over.SetResult);
        return over.Task;
    }

    public void WakeSchedulers()
    {
        foreach (var process in Cluster.Processes)
            process.Schedules.Wake();
    }

    /// <summary>Nothing fails in this run, and there is enough of everything.</summary>
    public bool IsFair { get; set; }

    /// <summary>Something went wrong, as it should from time to time.</summary>
    public void Suffer(string fault) => faults[fault] = faults.GetValueOrDefault(fault) + 1;

    public ILogger<T> LogOf<T>(string process) => new Log<T>(this, process);

    /// <summary>What the shop logs belongs to the trace; what it catches and logs has to be a fault that may happen.</summary>
    private sealed class Log<T>(World world, string process) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            world.Trace.Note($"{process}: {formatter(state, exception)} {exception?.Message}");
            if (exception is not null)
                world.Laws.Thrown($"{process}: {typeof(T).Name}", exception);
        }
    }
}
