using System.Diagnostics;
using System.Net;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Telemetry;

public sealed class When_an_order_is_traced(TracedShop host) : IClassFixture<TracedShop>
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_be_one_tree_from_the_request_through_the_broker_to_the_end()
    {
        var product = await shop.Product(stock: 10);
        var client = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

        await shop.OrderWhen(await Place(product, client), "completed");

        // A span is exported when it has ended: the request that began it all among the last.
        var spans = await SpansWhen(client.TraceId, spans => Missing(spans).Count == 0 && Orphans(spans, client).Count == 0);
        var request = Assert.Single(spans, span => span is { Kind: ActivityKind.Server, DisplayName: "POST /v1/orders/" });
        Assert.Equal(client.SpanId, request.ParentSpanId);
        Assert.Single(spans, span => span.ParentSpanId == client.SpanId);

        var place = One(spans, ActivityKind.Server, "IOrderGrain/Place");
        Assert.True(IsUnder(spans, place, request));
        // The first event: published under the request, delivered under the publishing, taken up under the delivery.
        var taken = One(spans, ActivityKind.Consumer, "process shop.order-placed.v1");
        var delivery = Ancestors(spans, taken).First(span => span.Source.Name == "Orleans.Streams.RabbitMQ" && span.Kind == ActivityKind.Consumer);
        var publishing = Parent(spans, delivery)!;
        Assert.Equal((ActivityKind.Producer, request.SpanId), (publishing.Kind, publishing.ParentSpanId));
        Assert.Equal(("rabbitmq", "send", "shop.events"), (publishing.GetTagItem("messaging.system"), publishing.GetTagItem("messaging.operation.type"), publishing.GetTagItem("messaging.destination.name")));
        Assert.Equal("process", taken.GetTagItem("messaging.operation.type"));
        // The saga works where the event has brought it to.
        var accept = One(spans, ActivityKind.Server, "IOrderSagaGrain/Accept");
        Assert.True(IsUnder(spans, accept, taken));
        foreach (var (step, call) in ((string, string)[])[("saga reserve", "IStockGrain/Reserve"), ("saga authorize", "IPaymentGrain/Authorize"), ("saga capture", "IPaymentGrain/Capture")])
        {
            var asking = One(spans, ActivityKind.Internal, step);
            Assert.True(IsUnder(spans, asking, accept), step);
            Assert.True(IsUnder(spans, One(spans, ActivityKind.Server, call), asking), call);
        }

        // The scheduler wakes the saga for this one.
        var ship = One(spans, ActivityKind.Internal, "saga ship");
        Assert.NotEmpty(ship.Links);
        Assert.True(IsUnder(spans, One(spans, ActivityKind.Server, "IStockGrain/Ship"), ship));
        // Whatever else was published: the facts of stock, payment and order, several in a message.
        Assert.True(spans.Count(span => span.Kind == ActivityKind.Producer) > 1);
    }

    [Fact]
    public async Task Should_keep_each_trace_to_itself_when_events_travel_together()
    {
        var product = await shop.Product(stock: 1_000);
        var clients = Enumerable.Range(0, 60).Select(_ => new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded)).ToList();

        var orders = await Task.WhenAll(clients.Select(client => Place(product, client)));
        await Task.WhenAll(orders.Select(order => shop.OrderWhen(order, "completed")));

        foreach (var client in clients)
        {
            var spans = await SpansWhen(client.TraceId, spans => Missing(spans).Count == 0 && Orphans(spans, client).Count == 0);
            Assert.Single(spans, span => span.ParentSpanId == client.SpanId);
            One(spans, ActivityKind.Consumer, "process shop.order-placed.v1");
            One(spans, ActivityKind.Internal, "saga capture");
        }
    }

    [Fact]
    public async Task Should_not_trace_what_the_client_has_not_sampled()
    {
        var product = await shop.Product(stock: 10);
        var (silent, traced) = (
            new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None),
            new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded));

        await shop.OrderWhen(await Place(product, silent), "completed");
        await shop.OrderWhen(await Place(product, traced), "completed");

        await SpansWhen(traced.TraceId, spans => Missing(spans).Count == 0);
        Assert.Empty(SpanKeeper.Of(silent.TraceId));
    }

    [Fact]
    public async Task Should_show_what_the_broker_has_confirmed()
    {
        await shop.Product(stock: 1);

        await Shopper.Eventually(
            () => shop.Get("/metrics"), page => page.Text.Contains("rabbitmq_streams_confirm_duration_seconds_count", StringComparison.Ordinal), "a confirm is counted");
    }

    [Fact]
    public async Task Should_be_sent_to_the_collector()
    {
        await shop.Product(stock: 1);

        await Until(() => host.Received > 0 ? "sent" : null, () => "Nothing was sent to the collector.");
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/health/ready")]
    public async Task Should_leave_out_what_machines_ask_for(string path)
    {
        var (machine, client) = (
            new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded),
            new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded));

        await shop.Get(path, ("traceparent", TraceParent(machine)));
        await shop.Get("/v1/products", ("traceparent", TraceParent(client)));

        await SpansWhen(client.TraceId, spans => spans.Any(span => span.Kind == ActivityKind.Server));
        Assert.DoesNotContain(SpanKeeper.Of(machine.TraceId), span => span.Source.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    private async Task<string> Place(string product, ActivityContext client) =>
        (await shop.Post("/v1/orders", Shopper.OrderJson(product, 1), Shopper.NewId("k"), ("traceparent", TraceParent(client)))).Expect(HttpStatusCode.Created).OrderId;

    private static string TraceParent(ActivityContext client) => $"00-{client.TraceId}-{client.SpanId}-{(int)client.TraceFlags:x2}";

    private static Task<IReadOnlyList<Activity>> SpansWhen(ActivityTraceId trace, Func<IReadOnlyList<Activity>, bool> complete) => Until(
        () => SpanKeeper.Of(trace) is var spans && complete(spans) ? spans : null,
        () => $"The trace is not complete; missing: {string.Join(", ", Missing(SpanKeeper.Of(trace)))}; there is:\n{Tree(SpanKeeper.Of(trace))}");

    private static async Task<T> Until<T>(Func<T?> look, Func<string> otherwise) where T : class
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            if (look() is { } found)
                return found;
            Assert.False(limit.IsCancellationRequested, otherwise());
            await ticks.WaitForNextTickAsync();
        }
    }

    private static List<string> Missing(IReadOnlyList<Activity> spans) =>
    [
        .. ((string[])["POST /v1/orders/", "IOrderGrain/Place", "process shop.order-placed.v1", "IOrderSagaGrain/Accept", "saga reserve", "saga authorize", "saga capture", "saga ship"])
            .Where(name => !spans.Any(span => Is(span, name))),
    ];

    private static List<Activity> Orphans(IReadOnlyList<Activity> spans, ActivityContext client) =>
        [.. spans.Where(span => span.ParentSpanId != client.SpanId && Parent(spans, span) is null)];

    private static Activity One(IReadOnlyList<Activity> spans, ActivityKind kind, string name)
    {
        var found = spans.Where(span => span.Kind == kind && Is(span, name)).ToList();
        Assert.True(found.Count == 1, $"{found.Count} spans {kind} '{name}' in\n{Tree(spans)}");
        return found[0];
    }

    // Orleans gives calls the full name of their interface.
    private static bool Is(Activity span, string name) => span.DisplayName == name || span.DisplayName.EndsWith($".{name}", StringComparison.Ordinal);

    private static Activity? Parent(IReadOnlyList<Activity> spans, Activity span) => spans.FirstOrDefault(other => other.SpanId == span.ParentSpanId);

    private static IEnumerable<Activity> Ancestors(IReadOnlyList<Activity> spans, Activity span)
    {
        for (var up = Parent(spans, span); up is not null; up = Parent(spans, up))
            yield return up;
    }

    private static bool IsUnder(IReadOnlyList<Activity> spans, Activity span, Activity ancestor) => Ancestors(spans, span).Contains(ancestor);

    private static string Tree(IReadOnlyList<Activity> spans) => string.Join('\n', spans.OrderBy(span => span.StartTimeUtc)
        .Select(span => $"{span.SpanId} under {span.ParentSpanId}: {span.Kind} {span.DisplayName} ({span.Source.Name})"));
}
