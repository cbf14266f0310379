using Helm.Specs.Rendering;

namespace Helm.Specs.Monitoring;

/// <summary>
/// A cluster at work whose broker was away for a moment, and a Prometheus that reads it: what alerts and dashboard ask for is there. A misspelt name, or a label that
/// no series has, would leave an alert silent for ever.
/// </summary>
public sealed class When_a_running_shop_is_read(ReadCluster cluster) : IClassFixture<ReadCluster>
{
    /// <summary>What a process shows only once it has happened, by when that is.</summary>
    private static readonly Dictionary<string, string> OnlyAfter = new()
    {
        ["orleans_app_requests_timedout_total"] = "a call of a grain without an answer",
        ["orleans_messaging_rejected_total"] = "a call to a silo that is dead",
        ["groupcommit_failures_total"] = "a fault of the database",
        ["groupcommit_conflicts_total"] = "a grain that was active twice",
        ["groupcommit_outbox_publish_failures_total"] = "a broker that does not take an event",
        ["groupcommit_outbox_quarantined_total"] = "an event that cannot be read",
        ["rabbitmq_streams_dead_lettered_total"] = "an event that a consumer did not take",
        ["rabbitmq_streams_redelivered_total"] = "a connection that broke while events were under way",
        ["rabbitmq_streams_blocked_duration_seconds_total"] = "an alarm of the broker",
        ["groupcommit_wal_size_bytes"] = "SQLite instead of PostgreSQL",
    };

    /// <summary>Of what is there, series that only a fault brings.</summary>
    private const string FailedRequests = "http_response_status_code=~\"5..\"";

    public static TheoryData<string> Selectors => [.. Expressions.OfAlerts.Concat(Expressions.OfDashboard).SelectMany(Expressions.Selectors).Distinct()];

    public static TheoryData<string> OfAlerts => [.. Expressions.OfAlerts];

    public static TheoryData<string> OfDashboard => [.. Expressions.OfDashboard];

    [Theory, MemberData(nameof(Selectors))]
    public async Task Should_show_what_is_asked_for(string selector)
    {
        if (OnlyAfter.ContainsKey(Expressions.MetricOf(selector)) || selector.Contains(FailedRequests, StringComparison.Ordinal))
            return;

        Assert.NotEmpty(await cluster.Prometheus.Query(selector));
    }

    [Theory, MemberData(nameof(OfDashboard))]
    public async Task Should_draw_a_line(string expression)
    {
        var shown = await cluster.Prometheus.Query(expression);
        if (!Expressions.Selectors(expression).Select(Expressions.MetricOf).All(OnlyAfter.ContainsKey))
            Assert.NotEmpty(shown);
    }

    /// <summary>Also where no alert fires, it is evaluated: a fault in it is an error.</summary>
    [Theory, MemberData(nameof(OfAlerts))]
    public Task Should_be_evaluated(string expression) => cluster.Prometheus.Query(expression);

    [Fact]
    public void Should_have_fired_no_alert() => Assert.Empty(cluster.Fired);
}

/// <summary>The cluster has done all of it when the first spec asks.</summary>
public sealed class ReadCluster : IAsyncLifetime
{
    private RunningCluster? shop;
    private PrometheusServer? prometheus;

    internal PrometheusServer Prometheus => prometheus!;

    public IReadOnlyList<string> Fired { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        shop = await RunningCluster.Start();
        prometheus = new PrometheusServer(shop.Jobs);
        await prometheus.Ready();
        await shop.Stock();
        await shop.Order(20);
        await shop.Repeat();
        await shop.BeRefused();
        await shop.CheckBooks();

        await shop.Script("kill", "rabbitmq");
        await shop.SiloIs(ready: false);
        var waiting = shop.Order(4);
        await shop.Script("start", "rabbitmq");
        await waiting;
        await shop.SiloIs(ready: true);
        await shop.Order(8);
        await Seen("rabbitmq_streams_reconnects_total");
        await Seen("shop_saga_step_duration_seconds_count{step=\"fulfilling\"}");
        await Seen("shop_sagas");
        await Seen("rate(dotnet_process_cpu_time_seconds_total[1m])");
        Fired = [.. (await prometheus.Query("ALERTS{alertstate=\"firing\"}")).Select(alert => Manifest.Text(alert, "metric", "alertname")!)];
    }

    public async ValueTask DisposeAsync()
    {
        if (prometheus is not null)
            await prometheus.DisposeAsync();
        if (shop is not null)
            await shop.DisposeAsync();
    }

    private async Task Seen(string expression)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while ((await prometheus!.Query(expression)).Count == 0)
            await ticks.WaitForNextTickAsync(limit.Token);
    }
}
