using System.Net;
using System.Text.Json;
using Orleans.Streams.RabbitMQ;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Events.ForeignClient;

/// <summary>Somebody who knows AMQP and JSON, and nothing of .NET or Orleans: docs/events.md is all he has read.</summary>
public sealed class When_an_outsider_joins_in(ShopOnRabbit host) : IClassFixture<ShopOnRabbit>
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_show_him_each_order_as_plain_JSON()
    {
        using var watcher = NodeProgram.Start("watch.mjs", host.Url, ShopOnRabbit.Exchange, "orders.#");
        await watcher.Watches();

        var order = (await shop.Order(await shop.Product(stock: 5, price: 1_234), quantity: 2)).At("id").GetString();

        var seen = await watcher.Until(events => Of(order, "shop.order-confirmed.v1", events), $"the confirmation of order {order}");
        Assert.Equal(2_468, seen.GetProperty("event").GetProperty("data").GetProperty("captured").GetProperty("amount").GetInt64());
        Assert.Equal("EUR", seen.GetProperty("event").GetProperty("data").GetProperty("captured").GetProperty("currency").GetString());
        Assert.Matches(@"^orders\.shop\.order-confirmed\.v1\.\d+$", seen.GetProperty("key").GetString());
        Assert.StartsWith("application/cloudevents", seen.GetProperty("contentType").GetString(), StringComparison.Ordinal);
        // From the first fact on, in order, none is missing.
        var sequences = watcher.Events.Select(line => line.GetProperty("event")).Where(e => e.GetProperty("subject").GetString() == $"order/o:{order}")
            .Select(e => int.Parse(e.GetProperty("sequence").GetString()!, System.Globalization.CultureInfo.InvariantCulture)).Distinct().ToList();
        Assert.Equal(Enumerable.Range(1, sequences.Count), sequences);
    }

    [Fact]
    public async Task Should_show_him_only_what_he_asks_for()
    {
        using var watcher = NodeProgram.Start("watch.mjs", host.Url, ShopOnRabbit.Exchange, "stock.shop.stock-adjusted.v1.*");
        await watcher.Watches();

        await shop.Order(await shop.Product(stock: 5), quantity: 1);
        await shop.Product(stock: 7);

        await watcher.Until(events => events.Count() >= 2 ? true : (bool?)null, "two adjustments");
        Assert.All(watcher.Events, line => Assert.Equal("shop.stock-adjusted.v1", line.GetProperty("event").GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Should_put_aside_what_he_garbles_with_a_reason_and_go_on()
    {
        // To each queue that the shop reads, so that one of them is that of the next order.
        var sent = new List<string>();
        for (var queue = 0; queue < new RabbitMqStreamOptions().QueueCount; queue++)
        {
            using var garbler = NodeProgram.Start("garble.mjs", host.Url, ShopOnRabbit.Exchange, $"orders.shop.order-placed.v1.{queue}");
            await garbler.Ended();
            sent.AddRange(garbler.Printed.Single().Split(' '));
        }

        var product = await shop.Product(stock: 3);
        Assert.Equal("confirmed", (await shop.Order(product, quantity: 1)).At("status").GetString());

        var letters = await DeadLetters(sent.Count);
        Assert.Equal(sent.Order(), letters.Select(letter => letter.Id).Order());
        Assert.All(letters, letter => Assert.Contains(Reasons[letter.Id], letter.Reason, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await shop.Get("/health/ready")).Status);
        Assert.Equal("confirmed", (await shop.Order(product, quantity: 1)).At("status").GetString());
        await shop.AssertBooks();
    }

    /// <summary>What a person reads of each of the garbler's messages.</summary>
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["no-json"] = "no CloudEvent",
        ["no-event"] = "no CloudEvent",
        ["wrong-type"] = "no events of type 'shop.order-lost.v1'",
        ["wrong-id"] = "The id is 'order/1'",
        ["wrong-total"] = "The total of the order",
        ["no-headers"] = "'orleans-stream-key' does not name a stream",
        ["no-content-type"] = "The content type is",
        ["wrong-content-type"] = "The content type is 'text/plain'",
        ["empty"] = "no CloudEvent",
        ["huge"] = "no CloudEvent",
        ["bomb"] = "no CloudEvent",
        ["empty-batch"] = "The batch of CloudEvents is empty",
    };

    private async Task<IReadOnlyList<RabbitMqDeadLetter>> DeadLetters(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await host.DeadLetters.Count(limit.Token) < count)
            await ticks.WaitForNextTickAsync(limit.Token);
        return await host.DeadLetters.List(limit: 1_000, cancellationToken: limit.Token);
    }

    private static JsonElement? Of(string? order, string type, IEnumerable<JsonElement> lines) => lines
        .Where(line => line.GetProperty("event").GetProperty("type").GetString() == type && line.GetProperty("event").GetProperty("subject").GetString() == $"order/o:{order}")
        .Select(line => (JsonElement?)line).FirstOrDefault();
}
