using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Hosting;

public sealed class When_options_are_wrong
{
    public static TheoryData<string, Action<RabbitMqStreamOptions>> Faults => new()
    {
        { "ConnectionString is empty", o => o.ConnectionString = "" },
        { "ConnectionString must be 'amqp://", o => o.ConnectionString = "localhost:5672" },
        { "ConnectionString must be 'amqp://", o => o.ConnectionString = "http://localhost" },
        { "same scheme, user, password and virtual host", o => o.ConnectionString = "amqp://a:b@one/,amqp://a:c@two/" },
        { "%2f", o => o.ConnectionString = "amqp://a:b@one/x/y" },
        { "Heartbeat", o => o.Heartbeat = TimeSpan.Zero },
        { "ConnectTimeout", o => o.ConnectTimeout = TimeSpan.Zero },
        { "StartTimeout", o => o.StartTimeout = TimeSpan.FromSeconds(-5) },
        { "WireFormat", o => o.WireFormat = null! },
        { "Name", o => o.Name = "" },
        { "Name", o => o.Name = new string('x', 201) },
        { "QueueCount", o => o.QueueCount = 0 },
        { "InitialGroupSize", o => o.InitialGroupSize = 0 },
        { "DeliveryLimit", o => o.DeliveryLimit = 19 },
        { "Subscriptions need a topic exchange", o => o.Subscriptions.Add(new RabbitMqSubscription("orders")) },
        { "FormerSubscriptions need a topic exchange", o => o.FormerSubscriptions.Add(new RabbitMqSubscription("orders")) },
        { "both in Subscriptions and in FormerSubscriptions", o =>
            {
                o.ExchangeType = RabbitMqExchangeType.Topic;
                o.Subscriptions.Add(new RabbitMqSubscription("orders"));
                o.FormerSubscriptions.Add(new RabbitMqSubscription("orders"));
            }
        },
        { "must not contain * or #", o => { o.ExchangeType = RabbitMqExchangeType.Topic; o.FormerSubscriptions.Add(new RabbitMqSubscription("*")); } },
        { "must not contain * or #", o => { o.ExchangeType = RabbitMqExchangeType.Topic; o.Subscriptions.Add(new RabbitMqSubscription("orders", "#")); } },
        { "MessageTimeToLive", o => o.MessageTimeToLive = TimeSpan.FromDays(50) },
        { "DeadLetterTimeToLive", o => o.DeadLetterTimeToLive = TimeSpan.FromSeconds(-1) },
        { "MaxLength", o => o.MaxLength = 0 },
        { "MaxLengthBytes", o => o.MaxLengthBytes = 0 },
        { "DeadLetterMaxLength", o => o.DeadLetterMaxLength = 0 },
        { "MaxInFlight", o => o.MaxInFlight = 0 },
        { "PublishTimeout", o => o.PublishTimeout = TimeSpan.Zero },
        { "ConfirmTimeout", o => o.ConfirmTimeout = TimeSpan.Zero },
        { "MaxMessageBytes", o => o.MaxMessageBytes = 0 },
        { "Prefetch", o => o.Prefetch = 0 },
        { "MaximumBatch", o => o.MaximumBatch = 0 },
        { "MaxEventDeliveryTime", o => o.MaxEventDeliveryTime = TimeSpan.Zero },
    };

    [Theory, MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Should_name_the_option_and_the_provider(string expected, Action<RabbitMqStreamOptions> change)
    {
        var options = new RabbitMqStreamOptions();
        change(options);
        var fault = Assert.Throws<OrleansConfigurationException>(new RabbitMqStreamOptionsValidator("events", options).ValidateConfiguration);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Contains("'events'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_name_all_faults_at_once()
    {
        var options = new RabbitMqStreamOptions { QueueCount = 0, Prefetch = 0, ConnectionString = "" };
        var fault = Assert.Throws<OrleansConfigurationException>(new RabbitMqStreamOptionsValidator("events", options).ValidateConfiguration);
        Assert.Equal(3, fault.Message.Split(Environment.NewLine).Length);
    }

    [Fact]
    public void Should_accept_the_defaults() => new RabbitMqStreamOptionsValidator("events", new RabbitMqStreamOptions()).ValidateConfiguration();

    [Fact]
    public void Should_never_repeat_the_password()
    {
        var options = new RabbitMqStreamOptions { ConnectionString = "amqp://user:secret@one/,amqp://user:other@two/" };
        var fault = Assert.Throws<OrleansConfigurationException>(new RabbitMqStreamOptionsValidator("events", options).ValidateConfiguration);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("other", fault.Message, StringComparison.Ordinal);
    }
}
