using Helm.Specs.Rendering;

namespace Helm.Specs.Monitoring;

/// <summary>
/// A cluster at work to which all has happened that alerts and dashboard ask for, and a Prometheus that reads it: every series of theirs is there. A misspelt name,
/// or a label that no series has, would leave an alert silent for ever. Most of these series appear only once the fault has happened, so each fault is brought about.
/// </summary>
public sealed class When_a_running_shop_is_read(ReadCluster cluster) : IClassFixture<ReadCluster>
{
    public static TheoryData<string> Selectors => [.. Expressions.OfAlerts.Concat(Expressions.OfDashboard).SelectMany(Expressions.Selectors).Distinct()];

    public static TheoryData<string> OfAlerts => [.. Expressions.OfAlerts];

    public static TheoryData<string> OfDashboard => [.. Expressions.OfDashboard];

    [Theory, MemberData(nameof(Selectors))]
    public async Task Should_show_what_is_asked_for(string selector) => Assert.NotEmpty(await cluster.Prometheus.Query(selector));

    [Theory, MemberData(nameof(OfDashboard))]
    public async Task Should_draw_a_line(string expression) => Assert.NotEmpty(await cluster.Prometheus.Query(expression));

    /// <summary>Also where no alert fires, it is evaluated: a fault in it is an error.</summary>
    [Theory, MemberData(nameof(OfAlerts))]
    public Task Should_be_evaluated(string expression) => cluster.Prometheus.Query(expression);

    /// <summary>Before the faults: a broker that is away for a moment is none.</summary>
    [Fact]
    public void Should_have_fired_no_alert() => Assert.Empty(cluster.Fired);
}

/// <summary>The cluster has done all of it when the first spec asks.</summary>
public sealed class ReadCluster : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private RunningCluster? shop;
    private SingleShop? single;
    private PrometheusServer? prometheus;

    internal PrometheusServer Prometheus => prometheus!;

    public IReadOnlyList<string> Fired { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        shop = await RunningCluster.Start();
        single = await SingleShop.Start();
        prometheus = new PrometheusServer(shop.Jobs, single.Address, SingleShop.LogSize);
        await prometheus.Ready();
        await shop.Stock();
        await Trade();

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

        await BringAboutFaults();
    }

    public async ValueTask DisposeAsync()
    {
        if (prometheus is not null)
            await prometheus.DisposeAsync();
        if (single is not null)
            await single.DisposeAsync();
        if (shop is not null)
            await shop.DisposeAsync();
    }

    private async Task Trade()
    {
        await shop!.Order(20);
        await shop.Repeat();
        await shop.BeRefused();
        await UntilSeen("shop_invariant_violations", shop.CheckBooks);
    }

    // A silo's series go with its process: so the one that is killed comes first, and what only it may have shown is done again.
    private async Task BringAboutFaults()
    {
        var at = shop!;
        await at.LeaveUnreadableEvent(ofSilo: 2);
        await at.Script("pause", "2");
        await UntilSeen("orleans_app_requests_timedout_total", () => at.Try(8));
        await at.Script("kill", "2");
        await at.Script("start", "2");
        await Seen("groupcommit_outbox_quarantined_total");
        await Trade();

        await UntilSeen("rabbitmq_streams_redelivered_total", () => Task.WhenAll(at.Try(20), at.BreakConnections()));
        await at.PublishNonsense();
        await Seen("rabbitmq_streams_dead_lettered_total");
        await at.PublishForgery();
        await Seen("events_processed_total{status=\"refused\"}");

        await UntilSeen("groupcommit_conflicts_total", async () =>
        {
            await at.Order(1);
            await at.WriteBehindItsBack();
            await at.Try(1);
        });

        await at.Script("kill", "postgres");
        await at.Try(8);
        await at.Script("start", "postgres");
        await at.SiloIs(ready: true);
        await Seen("groupcommit_failures_total");
        await Seen("orleans_messaging_rejected_total");
        await Seen("http_server_request_duration_seconds_count{http_response_status_code=~\"5..\"}");

        // Longer than a publication waits for its confirm.
        await at.BrokerTakes(nothing: true);
        await at.Try(4);
        // Of a rate there is nothing to see before the second sample.
        await Seen("increase(groupcommit_outbox_publish_failures_total[1m])");
        await at.BrokerTakes(nothing: false);
        await Seen("rabbitmq_streams_blocked_duration_seconds_total");
        await Seen(SingleShop.LogSize);
        // It begins anew after each fault of the broker.
        await Seen("shop_witness_lag_seconds");
    }

    private async Task UntilSeen(string expression, Func<Task> provoke)
    {
        using var limit = new CancellationTokenSource(Patience);
        while ((await prometheus!.Query(expression)).Count == 0)
        {
            Assert.False(limit.IsCancellationRequested, $"{expression} has not appeared.");
            await provoke();
        }
    }

    private async Task Seen(string expression)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        await UntilSeen(expression, async () => await ticks.WaitForNextTickAsync());
    }
}
