using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Telemetry;

public sealed class When_traces_have_a_collector_of_their_own(ShopWithTwoCollectors host) : IClassFixture<ShopWithTwoCollectors>
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_be_sent_there_and_nowhere_else()
    {
        await Shopper.Eventually(() => shop.Get("/v1/products"), _ => host.OfTraces.Received > 0, "traces are collected");

        Assert.Equal("for-traces", host.OfTraces.Token);
        Assert.Equal(0, host.OfAll.Received);
    }
}

/// <summary>All settings that OpenTelemetry has for every signal are there twice, once for traces alone: those count.</summary>
public sealed class ShopWithTwoCollectors : ShopHost
{
    private Collecting? all;
    private Collecting? traces;

    internal Collecting OfAll => all!;

    internal Collecting OfTraces => traces!;

    protected override IEnumerable<(string Key, string Value)> Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", OfAll.Url),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-token=for-all"),
        // As it is: no path is added to it.
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", $"{OfTraces.Url}/collect/here"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-token=for-traces"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "5000"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
    ];

    public override async ValueTask InitializeAsync()
    {
        (all, traces) = (await Collecting.Start("/v1/traces"), await Collecting.Start("/collect/here"));
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await OfAll.DisposeAsync();
        await OfTraces.DisposeAsync();
    }
}
