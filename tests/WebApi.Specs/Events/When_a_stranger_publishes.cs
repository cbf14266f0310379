using System.Text;
using System.Text.Json.Nodes;
using Orleans.Streams.RabbitMQ;
using Shop.Events;

namespace Shop.WebApi.Specs.Events;

/// <summary>Whoever may write to the exchange may write anything. What is no event of the shop is refused with a reason that a person understands.</summary>
public sealed class When_a_stranger_publishes
{
    public static TheoryData<string, Action<JsonObject>> Orders => new()
    {
        { "no CloudEvent", json => json.Remove("id") },
        { "no CloudEvent", json => json.Remove("source") },
        { "no CloudEvent", json => json.Remove("type") },
        { "no CloudEvent", json => json["specversion"] = "9" },
        { "no CloudEvent", json => json["time"] = "yesterday" },
        { "no events of type 'shop.order-lost.v1'", json => json["type"] = "shop.order-lost.v1" },
        { "no events of type 'ShopEvent'", json => json["type"] = "ShopEvent" },
        { "The source is '/shop/another'", json => json["source"] = "/shop/another" },
        { "There is no subject", json => json.Remove("subject") },
        { "There is no time", json => json.Remove("time") },
        { "There is no sequence", json => json.Remove("sequence") },
        { "The sequence is '0'", json => json["sequence"] = "0" },
        { "The sequence is '-1'", json => json["sequence"] = "-1" },
        { "The sequence is '1e3'", json => json["sequence"] = "1e3" },
        { "The sequence is '99999999999999999999'", json => json["sequence"] = "99999999999999999999" },
        { "The sequence is '01'", json => json["sequence"] = "01" },
        { "its sequence is 1", json => (json["sequence"], json["id"]) = ("7", json["id"]!.GetValue<string>()[..^1] + "7") },
        { "The sequencetype is", json => json["sequencetype"] = "Float" },
        { "There is no correlationid", json => json.Remove("correlationid") },
        { "The id is", json => json["id"] = "order/o:1/1" },
        { "The id is", json => json["subject"] = "order/o:6a0e7c5e-2a5c-5a2e-9d0c-3b1f6f0a9c12" },
        { "The subject is 'stock/p:a'", json => (json["subject"], json["id"]) = ("stock/p:a", "stock/p:a/1") },
        { "The subject is 'order/o:1'", json => (json["subject"], json["id"]) = ("order/o:1", "order/o:1/1") },
        { "the order is", json => json["data"]!["placement"]!["orderId"] = "6a0e7c5e-2a5c-5a2e-9d0c-3b1f6f0a9c12" },
        { "no CloudEvent", json => json["datacontenttype"] = "text/xml" },
        { "not JSON", json => (json["datacontenttype"], json["data"]) = ("text/xml", "<a/>") },
        { "The data are no JSON object", json => json.Remove("data") },
        { "The data are no JSON object", json => json["data"] = "text" },
        { "The data are no JSON object", json => json["data"] = new JsonArray() },
        { "The data are no JSON object", json => { json.Remove("data"); json["data_base64"] = "AAAA"; } },
        { "The data are no shop.order-placed.v1", json => json["data"]!.AsObject().Remove("placement") },
        { "The data are no shop.order-placed.v1", json => json["data"]!["placement"] = null },
        { "no OrderId", json => json["data"]!["placement"]!["orderId"] = "6A0E7C5E-2a5c-5a2e-9d0c-3b1f6f0a9c11" },
        { "no CustomerId", json => json["data"]!["placement"]!["customerId"] = "" },
        { "no ProductId", json => json["data"]!["placement"]!["lines"]![0]!["productId"] = "Beans!" },
        { "no quantity", json => json["data"]!["placement"]!["lines"]![0]!["quantity"] = 0 },
        { "no quantity", json => json["data"]!["placement"]!["lines"]![0]!["quantity"] = "2" },
        { "no amount of money", json => json["data"]!["placement"]!["total"]!["amount"] = -1 },
        { "no amount of money", json => json["data"]!["placement"]!["total"]!["currency"] = "Euro" },
        { "The data are no shop.order-placed.v1", json => json["data"]!["placement"]!["total"]!["amount"] = 1.5 },
        { "The data are no shop.order-placed.v1", json => json["data"]!["placement"]!["total"] = null },
        { "The total", json => json["data"]!["placement"]!["total"]!["amount"] = 1 },
        { "one currency", json => json["data"]!["placement"]!["total"]!["currency"] = "USD" },
        { "numbered from 1", json => json["data"]!["placement"]!["lines"]![0]!["number"] = 2 },
        { "numbered from 1", json => json["data"]!["placement"]!["lines"] = new JsonArray() },
        { "numbered from 1", json => json["data"]!["placement"]!["lines"]![0] = null },
        { "The data are no shop.order-placed.v1", json => json["data"]!["placement"]!["paymentMethod"] = null },
    };

    [Theory, MemberData(nameof(Orders), DisableDiscoveryEnumeration = true)]
    public void Should_say_what_is_wrong(string reason, Action<JsonObject> spoil)
    {
        var refused = Assert.Throws<RabbitMqWireException>(() => Samples.Read(Samples.Spoiled<OrderPlaced>(spoil)));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_what_is_wrong_with_other_facts()
    {
        Refuses<StockHeld>("no ReservationId", json => json["data"]!["reservation"] = "x:1:1");
        Refuses<StockHeld>("no ReservationId", json => json["data"]!["reservation"] = "6a0e7c5e-2a5c-5a2e-9d0c-3b1f6f0a9c11: 1:1");
        Refuses<StockAdjusted>("by 0", json => json["data"]!["delta"] = 0);
        Refuses<OrderRejected>("The data are no shop.order-rejected.v1", json => json["data"]!["reason"] = 1);
        Refuses<OrderRejected>("The data are no shop.order-rejected.v1", json => json["data"]!["reason"] = "bored");
        Refuses<OrderPaymentAuthorized>("from 1", json => json["data"]!["attempt"] = 0);
        Refuses<PaymentDeclined>("The data are no shop.payment-declined.v1", json => json["data"]!["amount"] = null);
        Refuses<PaymentVoided>("The data are no shop.payment-voided.v1", json => json["data"]!.AsObject().Remove("amount"));
    }

    [Theory]
    [InlineData(CloudEventsWireFormat.ContentType, "")]
    [InlineData(CloudEventsWireFormat.ContentType, "no JSON")]
    [InlineData(CloudEventsWireFormat.ContentType, "null")]
    [InlineData(CloudEventsWireFormat.ContentType, "[]")]
    [InlineData(CloudEventsWireFormat.BatchContentType, "[]")]
    [InlineData(CloudEventsWireFormat.BatchContentType, "[null]")]
    [InlineData("application/json", "{}")]
    [InlineData(null, "{}")]
    public void Should_refuse_what_is_no_CloudEvent(string? contentType, string body) =>
        Assert.Throws<RabbitMqWireException>(() => Samples.Format.Read(new WireMessage(Encoding.UTF8.GetBytes(body), contentType)));

    [Fact]
    public void Should_refuse_endless_nesting() =>
        Assert.Throws<RabbitMqWireException>(() => Samples.Read(new string('[', 1_000_000)));

    [Fact]
    public void Should_pass_over_what_a_later_version_may_have_added()
    {
        var read = Samples.Read(Samples.Spoiled<OrderConfirmed>(json => (json["data"]!["gift"], json["partitionkey"]) = (true, "p")));

        Assert.Equal(Samples.Of<OrderConfirmed>(), read);
    }

    [Fact]
    public void Should_forget_a_traceparent_that_is_none() =>
        Assert.Null(Samples.Read(Samples.Spoiled<OrderConfirmed>(json => json["traceparent"] = "00-xyz")).Trace.TraceParent);

    [Fact]
    public void Should_not_repeat_a_text_without_end()
    {
        var refused = Assert.Throws<RabbitMqWireException>(() => Samples.Read(Samples.Spoiled<OrderConfirmed>(json => json["type"] = new string('x', 100_000))));

        Assert.InRange(refused.Message.Length, 1, 300);
    }

    [Fact]
    public void Should_never_fail_in_another_way_whatever_comes()
    {
        var random = new Random(17);
        foreach (var happened in Samples.All)
        {
            var good = Encoding.UTF8.GetBytes(Samples.Write(happened));
            for (var i = 0; i < 400; i++)
            {
                var bad = random.Next(2) == 0 ? Garbled(good, random) : Encoding.UTF8.GetBytes(Twisted(good, random));
                var fault = Record.Exception(() => Samples.Read(bad));
                Assert.True(fault is null or RabbitMqWireException, $"{Encoding.UTF8.GetString(bad)}: {fault}");
            }
        }
    }

    private static void Refuses<TFact>(string reason, Action<JsonObject> spoil) where TFact : IFact => Assert.Contains(
        reason, Assert.Throws<RabbitMqWireException>(() => Samples.Read(Samples.Spoiled<TFact>(spoil))).Message, StringComparison.Ordinal);

    /// <summary>Some bytes are others, or missing.</summary>
    private static byte[] Garbled(byte[] good, Random random)
    {
        var bytes = good.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            if (random.Next(3) == 0)
                bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
            else
                bytes[at] = (byte)random.Next(256);
            if (bytes.Count == 0)
                break;
        }

        return [.. bytes];
    }

    /// <summary>Some value, anywhere, is something else, or missing.</summary>
    private static string Twisted(byte[] good, Random random)
    {
        var json = JsonNode.Parse(good)!;
        var places = Places(json).ToList();
        var (parent, name) = places[random.Next(places.Count)];
        JsonNode?[] others = [null, "", "0", "\u0000", -1, 1.5, 1e300, long.MaxValue, true, new JsonArray(), new JsonObject(), new JsonArray(null, 1), new string('a', 5_000)];
        if (random.Next(others.Length + 1) is var choice && choice == others.Length)
            parent.Remove(name);
        else
            parent[name] = others[choice];
        return json.ToJsonString();
    }

    private static IEnumerable<(JsonObject Parent, string Name)> Places(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Places(member.Value).Prepend((members, member.Key))),
        JsonArray items => items.SelectMany(Places),
        _ => [],
    };
}
