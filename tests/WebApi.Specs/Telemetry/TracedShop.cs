using System.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using OpenTelemetry.Trace;
using Shop.WebApi.Specs.EndToEnd.Hosting;
using Shop.WebApi.Specs.Telemetry;
using Testing.Servers;

[assembly: HostingStartup(typeof(SpanKeeperStartup))]

namespace Shop.WebApi.Specs.Telemetry;

/// <summary>The whole shop with its events on a broker, as somebody runs it who collects traces.</summary>
public sealed class TracedShop : ShopHost
{
    private RabbitVirtualHost? broker;
    private Collecting? collector;

    /// <summary>How often the collector was sent traces.</summary>
    public int Received => collector!.Received;

    protected override IEnumerable<(string Key, string Value)> Settings =>
    [
        CallGate.Setting,
        ("ConnectionStrings:RabbitMq", broker!.Url),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector!.Url),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
        // So that no order is started by its row: what these specs see has gone through the broker.
        ("Shop:Sagas:EnsureStartedAfter", "00:00:06"),
        ("Shop:Sagas:ReserveTimeout", "00:00:06"),
        ("Shop:Sagas:AuthorizeTimeout", "00:00:06"),
        ("Shop:Sagas:CaptureTimeout", "00:00:06"),
        ("Shop:Payments:GatewayTimeout", "00:00:05"),
        ("Shop:Sagas:CancelWindow", "00:00:00.2"),
        ("Logging:LogLevel:Orleans", "Error"),
        ("Logging:LogLevel:Shop", "Error"),
    ];

    public override async ValueTask InitializeAsync()
    {
        broker = await RabbitServer.Shared.NewVirtualHost();
        collector = await Collecting.Start("/v1/traces");
        SpanKeeper.Begin();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await collector!.DisposeAsync();
        await broker!.DisposeAsync();
    }
}

/// <summary>What shops of this process have traced. Specs pick out what is theirs by its trace.</summary>
internal static class SpanKeeper
{
    private static readonly SpanList Spans = [];
    private static volatile bool wanted;

    public static void Begin() => wanted = true;

    public static ICollection<Activity>? ForNewShop() => wanted ? Spans : null;

    public static IReadOnlyList<Activity> Of(ActivityTraceId trace) => Spans.Of(trace);

    /// <summary>Written by the exporter while specs read.</summary>
    private sealed class SpanList : System.Collections.ObjectModel.Collection<Activity>
    {
        private readonly Lock gate = new();

        public IReadOnlyList<Activity> Of(ActivityTraceId trace)
        {
            lock (gate)
                return [.. Items.Where(span => span.TraceId == trace)];
        }

        protected override void InsertItem(int index, Activity item)
        {
            lock (gate)
                Items.Add(item);
        }
    }
}

/// <summary>Brings the in-memory exporter into the shop the way ASP.NET Core lets an assembly from outside add to a host.</summary>
internal sealed class SpanKeeperStartup : IHostingStartup
{
    public void Configure(IWebHostBuilder builder)
    {
        if (SpanKeeper.ForNewShop() is { } spans)
            builder.ConfigureServices(services => services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddInMemoryExporter(spans)));
    }
}
