using System.Net;
using System.Text.RegularExpressions;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Telemetry;

/// <summary>What happens in the shop moves what it shows, by exactly as much. Nothing else happens in this shop meanwhile.</summary>
public sealed partial class When_metrics_are_read(ShopProgram host) : IClassFixture<ShopProgram>
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_count_an_order_on_its_way_to_the_end()
    {
        var product = await shop.Product(stock: 10);
        var before = await PageAtRest();

        var order = await shop.Order(product, 2);
        await shop.OrderWhen(order.OrderId, "completed");

        var after = await PageWhen(page => Moved(before, page, "shop_orders_total", "outcome=\"completed\"") == 1);
        Assert.Equal(1, Moved(before, after, "shop_orders_total", "outcome=\"confirmed\""));
        Assert.Equal(0, Moved(before, after, "shop_orders_total", "outcome=\"rejected\""));
        Assert.Equal(0, Moved(before, after, "shop_orders_total", "outcome=\"cancelled\""));
        foreach (var step in (string[])["placed", "reserving", "authorizing", "capturing", "confirmed", "fulfilling"])
            Assert.Equal((step, 1), (step, Moved(before, after, "shop_saga_step_duration_seconds_count", $"step=\"{step}\"")));
        // The cancel window, and not much more.
        Assert.InRange(Moved(before, after, "shop_saga_step_duration_seconds_sum", "step=\"confirmed\""), 0.19, 10);
        await PageWhen(page => Moved(before, page, "events_processed_total", "event_type=\"shop.order-placed.v1\",status=\"processed\",consumer=\"saga\"") == 1
            && Moved(before, page, "events_processed_total", "event_type=\"shop.order-placed.v1\",status=\"skipped\",consumer=\"audit\"") == 1);
        Assert.Equal(0, Moved(before, await Page(), "events_processed_total", "event_type=\"shop.order-placed.v1\",status=\"failed\",consumer=\"saga\""));
    }

    [Fact]
    public async Task Should_count_an_order_that_is_rejected()
    {
        var product = await shop.Product(stock: 0);
        var before = await PageAtRest();

        Assert.Equal("rejected", (await shop.Order(product, 1)).OrderStatus);

        var after = await PageWhen(page => Moved(before, page, "shop_orders_total", "outcome=\"rejected\"") == 1);
        Assert.Equal(0, Moved(before, after, "shop_orders_total", "outcome=\"confirmed\""));
        Assert.Equal(1, Moved(before, after, "shop_saga_step_duration_seconds_count", "step=\"compensating\""));
    }

    [Fact]
    public async Task Should_count_requests_that_are_repeated()
    {
        var product = await shop.Product(stock: 10);
        var key = Shopper.NewId("k");
        var order = (await shop.Order(product, 1, "tok_declined", key)).OrderId;
        var before = await PageAtRest();

        await Twice($"/v1/stock/{product}/adjustments", """{"delta":1,"reason":"receipt"}""", Shopper.NewId("k"));
        await shop.Post("/v1/orders", Shopper.OrderJson(product, 1, "tok_declined"), key);
        await Twice($"/v1/orders/{order}/payments", """{"payment":{"method":"tok_declined"}}""", Shopper.NewId("k"));
        await shop.OrderWhen(order, "awaiting_payment");
        await Twice($"/v1/orders/{order}/cancellations", null, Shopper.NewId("k"));
        await shop.OrderWhen(order, "cancelled");

        var after = await PageWhen(page => Moved(before, page, "shop_orders_total", "outcome=\"cancelled\"") == 1);
        foreach (var operation in (string[])["place", "pay", "cancel", "adjust"])
            Assert.Equal((operation, 1), (operation, Moved(before, after, "shop_replays_total", $"operation=\"{operation}\"")));
    }

    [Fact]
    public async Task Should_count_payments_that_nobody_knows_of()
    {
        var product = await shop.Product(stock: 10);
        var before = await PageAtRest();

        var (lost, captured) = ((await Place(product, "tok_timeout")), await Place(product, "tok_capture_timeout"));
        await shop.OrderWhen(lost, "completed");
        await shop.OrderWhen(captured, "completed");

        var after = await PageAtRest();
        Assert.Equal(1, Moved(before, after, "shop_payment_unknowns_total", "operation=\"authorize\""));
        Assert.Equal(1, Moved(before, after, "shop_payment_unknowns_total", "operation=\"capture\""));
        Assert.Equal(2, Moved(before, after, "shop_saga_step_duration_seconds_count", "step=\"payment_unknown\""));
    }

    [Fact]
    public async Task Should_show_open_orders_by_state_also_after_a_crash()
    {
        var product = await shop.Product(stock: 10);
        // A count of a moment ago may still have an order of the spec before, which has ended since.
        await PageWhen(page => page.Has("shop_sagas") && Waiting(page) == 0);

        var order = await shop.Order(product, 1, "tok_declined");
        await shop.Order(product, 1, "tok_declined");
        await PageWhen(page => Waiting(page) == 2);

        await host.Crash();
        await PageWhen(page => Waiting(page) == 2);
        // A counter begins anew; Prometheus knows that.
        Assert.Equal(0, (await Page())["shop_orders_total", "outcome=\"confirmed\""]);

        await shop.Post($"/v1/orders/{order.OrderId}/cancellations", null, Shopper.NewId("k"));
        await PageWhen(page => Waiting(page) == 1);

        static double Waiting(MetricsPage page) => page["shop_sagas", "state=\"awaiting_payment\""];
    }

    [Fact]
    public async Task Should_show_every_metric_of_the_documentation_with_its_labels()
    {
        var order = await shop.Order(await shop.Product(stock: 10), 1);
        await shop.OrderWhen(order.OrderId, "completed");
        await shop.AssertBooks();
        var page = await PageWhen(page => page.Has("shop_sagas") && page.Has("events_processed") && page.Has("shop_invariant"));

        Assert.Equal(0, page["shop_invariant_violations", "check=\"I1\""]);
        Assert.All(Documented(), documented =>
        {
            var shown = page.Series.Where(s => s.Name == documented.Name || s.Name == $"{documented.Name}_count").ToList();
            Assert.True(shown.Count > 0, $"{documented.Name} is not on the page");
            Assert.All(shown, series => Assert.Equal(documented.Labels, series.LabelNames.Order()));
        });
    }

    [Theory]
    [InlineData("groupcommit_outbox_depth")]
    [InlineData("groupcommit_outbox_oldest_age_seconds")]
    [InlineData("groupcommit_commit_duration_seconds")]
    [InlineData("orleans_catalog_activations")]
    [InlineData("http_server_request_duration_seconds")]
    [InlineData("kestrel_active_connections")]
    [InlineData("dotnet_gc_collections_total")]
    public async Task Should_show_the_metrics_of_what_the_shop_is_made_of(string name)
    {
        await shop.Product(stock: 1);

        // What was measured shows up on the page a moment later: a commit is answered before it is counted, and a page is kept for a while.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!(await Page()).Has(name))
            Assert.True(await pause.WaitForNextTickAsync(limit.Token));
    }

    [Fact]
    public async Task Should_not_be_a_part_of_the_API()
    {
        Assert.DoesNotContain("/metrics", (await shop.Get("/openapi/v1.json")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await shop.Post("/metrics", null, null)).Status);
        await Page();
        Assert.DoesNotContain((await Page()).Series, s => s.Name.StartsWith("http_server_request", StringComparison.Ordinal) && s.Labels.Contains("/metrics", StringComparison.Ordinal));
    }

    private static double Moved(MetricsPage before, MetricsPage after, string name, string labels) => after[name, labels] - before[name, labels];

    private async Task Twice(string path, string? json, string key)
    {
        Assert.False((await shop.Post(path, json, key)).Replayed);
        Assert.True((await shop.Post(path, json, key)).Replayed);
    }

    private async Task<string> Place(string product, string method) =>
        (await shop.Post("/v1/orders", Shopper.OrderJson(product, 1, method), Shopper.NewId("k"))).Expect(HttpStatusCode.Created).OrderId;

    private Task<MetricsPage> Page() => MetricsPage.Read(host.Http);

    /// <summary>When everything that earlier specs have begun has been counted: the page is still the same a little later.</summary>
    private async Task<MetricsPage> PageAtRest()
    {
        IEnumerable<Series> last = [];
        return await PageWhen(page =>
        {
            var (before, now) = (last, page.Series.Where(s => s.Name.StartsWith("shop_", StringComparison.Ordinal) && !s.Name.EndsWith("_age_seconds", StringComparison.Ordinal)).ToList());
            last = now;
            return before.SequenceEqual(now);
        });
    }

    private async Task<MetricsPage> PageWhen(Func<MetricsPage, bool> wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        // Longer than a page is good for: asked sooner, the same one comes again.
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(400));
        while (true)
        {
            var page = await Page();
            if (wanted(page))
                return page;
            Assert.False(limit.IsCancellationRequested, $"Not within 30 s. The page: {string.Join('\n', page.Series.Where(s => s.Name.StartsWith("shop", StringComparison.Ordinal)).Select(s => $"{s.Name} {s.Labels} {s.Value}"))}");
            await ticks.WaitForNextTickAsync();
        }
    }

    private static List<(string Name, string[] Labels)> Documented()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orleans.Shop.sln")))
            folder = folder.Parent!;
        var rows = Row().Matches(File.ReadAllText(Path.Combine(folder.FullName, "docs", "metrics.md")));
        Assert.NotEmpty(rows);
        return [.. rows.Select(row => (row.Groups["name"].Value, Name().Matches(row.Groups["labels"].Value).Select(label => label.Groups["name"].Value).Order().ToArray()))];
    }

    [GeneratedRegex(@"^\| `(?<name>(shop|events)_[a-z_]+)` \| (?<labels>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[a-z_]+)`")]
    private static partial Regex Name();
}
