using System.Text.Json.Nodes;
using Orleans.Streams.RabbitMQ;
using Shop.Events;
using Shop.Hosting.Streams;

namespace Shop.WebApi.Specs.Events;

public sealed class When_an_event_is_published
{
    /// <summary>Set to 1 to record what is missing. Nothing recorded is ever changed.</summary>
    private const string RecordVariable = "SHOP_RECORD_GOLDEN";

    private static readonly List<GoldenEvent> Recorded = GoldenEvent.ReadAll();

    static When_an_event_is_published()
    {
        if (Environment.GetEnvironmentVariable(RecordVariable) == "1")
            Missing().ToList().ForEach(happened => Recorded.Add(GoldenEvent.Record(happened, Recorded)));
    }

    [Fact]
    public void Should_have_a_sample_of_every_kind() => Assert.Equal(
        FactTypes.All.Select(type => type.Json.Type.Name).Order(), Samples.All.Select(happened => happened.Fact.GetType().Name).Order());

    [Fact]
    public void Should_come_back_as_it_was() => Assert.All(Samples.All, happened =>
    {
        var read = Samples.Read(Samples.Write(happened));

        Assert.Equivalent(happened, read, strict: true);
        Assert.Equal(happened.Fact.GetType(), read.Fact.GetType());
        Assert.Equal(Samples.Write(happened), Samples.Write(read));
    });

    /// <summary>Otherwise the audit of earlier releases would keep it once more.</summary>
    [Fact]
    public void Should_say_when_its_commit_has_logged_it()
    {
        var logged = Samples.Of<OrderConfirmed>() with { Logged = true };

        Assert.True((bool?)JsonNode.Parse(Samples.Write(logged))!["logged"]);
        Assert.True(Samples.Read(Samples.Write(logged)).Logged);
        Assert.False(Samples.Read(Samples.Write(Samples.Of<OrderConfirmed>())).Logged);
    }

    /// <summary>What its message proves, each reader finds out; the event cannot claim it.</summary>
    [Theory]
    [InlineData(RabbitMqAuthenticity.Proven, true)]
    [InlineData(RabbitMqAuthenticity.NotChecked, true)]
    [InlineData(RabbitMqAuthenticity.Unproven, false)]
    public void Should_be_believed_as_far_as_its_message_proves(RabbitMqAuthenticity authenticity, bool expected)
    {
        var json = Samples.Spoiled<OrderConfirmed>(json => (json["proven"], json["data"]!["proven"]) = (true, true));
        var message = new WireMessage(System.Text.Encoding.UTF8.GetBytes(json), CloudEventsWireFormat.ContentType) { Authenticity = authenticity };

        Assert.Equal(expected, ((ShopEvent)Assert.Single(Samples.Format.Read(message).Events)).Proven);
        Assert.DoesNotContain("proven", Samples.Write(Samples.Of<OrderConfirmed>()), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Should_look_as_outsiders_know_it()
    {
        var missing = Missing().Select(happened => happened.Fact.GetType().Name).ToList();

        Assert.True(missing.Count == 0,
            $"No recorded JSON looks like {string.Join(", ", missing)}. Members may be added, not changed. Run `{RecordVariable}=1 ./test WebApi.Specs` and commit the new files.");
    }

    [Fact]
    public void Should_still_be_read_and_keep_every_member_when_an_earlier_version_wrote_it() => Assert.All(Recorded, golden =>
    {
        var read = Samples.Read(golden.Json.ToJsonString());

        Assert.Empty(GoldenEvent.Lost(golden.Json, JsonNode.Parse(Samples.Write(read))));
    });

    [Fact]
    public void Should_be_seen_when_a_member_is_lost()
    {
        var golden = Recorded.Single(golden => golden.Name == "shop.order-confirmed.v1");
        var now = golden.Json.DeepClone();
        now["data"]!["captured"]!["amount"] = 1;
        now.AsObject().Remove("subject");

        Assert.Equal(2, GoldenEvent.Lost(golden.Json, now).Count());
    }

    [Fact]
    public void Should_carry_what_the_shop_promises_outsiders()
    {
        var json = JsonNode.Parse(Samples.Write(Samples.Of<OrderConfirmed>()))!;

        Assert.Equal("1.0", (string?)json["specversion"]);
        Assert.Equal("shop.order-confirmed.v1", (string?)json["type"]);
        Assert.Equal("/shop/shop", (string?)json["source"]);
        Assert.Equal($"{json["subject"]}/{json["sequence"]}", (string?)json["id"]);
        Assert.Equal(4447, (long?)json["data"]!["captured"]!["amount"]);
        Assert.Equal("EUR", (string?)json["data"]!["captured"]!["currency"]);
    }

    [Fact]
    public void Should_leave_out_an_amount_that_an_old_fact_does_not_have()
    {
        var old = Samples.Of<PaymentDeclined>() with { Fact = new PaymentDeclined("k", "card_declined") };

        Assert.False(JsonNode.Parse(Samples.Write(old))!["data"]!.AsObject().ContainsKey("amount"));
        Assert.Equal(old, Samples.Read(Samples.Write(old)));
    }

    [Fact]
    public void Should_be_refused_when_it_is_none_of_the_shop() =>
        Assert.Throws<NotSupportedException>(() => Samples.Format.Write(["a text"], null));

    private static IEnumerable<ShopEvent> Missing() => Samples.All.Where(happened => !Recorded.Exists(golden => golden.Is(happened)));
}
