using Orleans.Streams.RabbitMQ;
using Orleans.Streams.RabbitMQ.Topology;

namespace RabbitMq.Specs.Topology;

/// <summary>A change of any of these names leaves messages behind in queues that nobody reads.</summary>
public sealed class When_things_on_the_broker_are_named
{
    private static readonly RabbitMqStreamOptions Direct = new();
    private static readonly RabbitMqStreamOptions Topic = new() { ExchangeType = RabbitMqExchangeType.Topic };

    [Fact]
    public void Should_begin_with_the_prefix()
    {
        var names = new Names("shop.events");
        Assert.Equal(
            ("shop.events", "shop.events.dead-letters", "shop.events.dead-letters", "shop.events.7"),
            (names.Exchange, names.DeadLetterExchange, names.DeadLetterQueue, names.Queue(7)));
    }

    [Theory]
    [InlineData("orders", "order-placed", 3, "3", "orders.order-placed.3")]
    [InlineData("orders", "shop.order-placed.v1", 12, "12", "orders.shop.order-placed.v1.12")]
    [InlineData("", null, 0, "0", "-.-.0")]
    public void Should_route_by_number_or_by_namespace_type_and_number(string streamNamespace, string? type, int partition, string direct, string topic)
    {
        Assert.Equal(direct, Names.RoutingKey(Direct, streamNamespace, type, partition));
        Assert.Equal(topic, Names.RoutingKey(Topic, streamNamespace, type, partition));
    }

    [Fact]
    public void Should_bind_queues_to_all_events_or_to_those_that_are_wanted()
    {
        var chosen = new RabbitMqStreamOptions
        {
            ExchangeType = RabbitMqExchangeType.Topic,
            Subscriptions = { new RabbitMqSubscription("orders", "shop.order-placed.v1"), new RabbitMqSubscription("stock"), new RabbitMqSubscription("stock") },
        };
        Assert.Equal(["5"], Names.BindingKeys(Direct, 5));
        Assert.Equal(["#.5"], Names.BindingKeys(Topic, 5));
        Assert.Equal(["orders.shop.order-placed.v1.5", "stock.#.5"], Names.BindingKeys(chosen, 5));
    }

    [Fact]
    public void Should_give_up_no_binding_that_is_still_needed()
    {
        var narrowed = new RabbitMqStreamOptions
        {
            ExchangeType = RabbitMqExchangeType.Topic,
            Subscriptions = { new RabbitMqSubscription("orders", "shop.order-placed.v1") },
            FormerSubscriptions = { new RabbitMqSubscription("orders"), new RabbitMqSubscription("orders.shop", "order-placed.v1"), new RabbitMqSubscription("stock", "moved") },
        };
        Assert.Equal(["orders.#.5", "stock.moved.5"], Names.FormerBindingKeys(narrowed, 5));
        Assert.Equal(["orders.shop.order-placed.v1.5"], Names.BindingKeys(narrowed, 5));
        Assert.Empty(Names.FormerBindingKeys(Topic, 5));
        Assert.Empty(Names.FormerBindingKeys(Direct, 5));
    }

    [Theory]
    [InlineData("orders", "shop.order-placed.v1", true)]
    [InlineData("orders", "shop.order-confirmed.v1", false)]
    [InlineData("orders", null, false)]
    [InlineData("stock", "anything", true)]
    [InlineData("payments", "shop.order-placed.v1", false)]
    public void Should_be_mandatory_only_for_what_the_silos_want(string streamNamespace, string? type, bool wanted)
    {
        var chosen = new RabbitMqStreamOptions
        {
            ExchangeType = RabbitMqExchangeType.Topic,
            Subscriptions = { new RabbitMqSubscription("orders", "shop.order-placed.v1"), new RabbitMqSubscription("stock") },
            FormerSubscriptions = { new RabbitMqSubscription("orders"), new RabbitMqSubscription("payments") },
        };
        Assert.Equal(wanted, new Subscribed(chosen).Wants(streamNamespace, type));
        Assert.True(new Subscribed(Direct).Wants(streamNamespace, type));
        Assert.True(new Subscribed(Topic).Wants(streamNamespace, type));
    }
}
