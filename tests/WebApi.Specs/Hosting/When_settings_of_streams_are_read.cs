using Microsoft.Extensions.Configuration;
using Orleans.Streams.RabbitMQ;
using Shop.Hosting.Settings;
using Shop.Hosting.Streams;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>How the broker keeps the events: from settings to what queues are declared with.</summary>
public sealed class When_settings_of_streams_are_read
{
    [Fact]
    public void Should_leave_to_the_library_what_nobody_sets()
    {
        var (options, defaults) = (Options(), new RabbitMqStreamOptions());

        Assert.Equal(Queues(defaults), Queues(options));
    }

    [Fact]
    public void Should_declare_queues_as_they_say()
    {
        var options = Options(
            ("Partitions", "16"), ("QueueReplicas", "3"), ("DeliveryLimit", "50"), ("MessageTimeToLive", "02:00:00"), ("MaxLength", "100000"), ("MaxLengthBytes", "8589934592"),
            ("DeadLetterTimeToLive", "7.00:00:00"), ("DeadLetterMaxLength", "5"));

        Assert.Equal("16 3 50 02:00:00 100000 8589934592 7.00:00:00 5", Queues(options));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void Should_sign_messages_unless_they_say_no(string? value, bool expected) =>
        Assert.Equal(expected, Read(value is null ? [] : [("Authentication", value)]).Streams.Authentication);

    [Theory]
    [InlineData("Authentication", "off", "'true' or 'false'")]
    [InlineData("Partitions", "0", "from 1 to 1024")]
    [InlineData("Partitions", "1025", "from 1 to 1024")]
    [InlineData("Partitions", "1e3", "from 1 to 1024")]
    [InlineData("QueueReplicas", "-1", "from 1 to 99")]
    [InlineData("DeliveryLimit", "19", "from 20 to 2147483647")]
    [InlineData("MessageTimeToLive", "00:00:00", "from 00:00:00.0010000 to 49.00:00:00")]
    [InlineData("MessageTimeToLive", "50.00:00:00", "from 00:00:00.0010000 to 49.00:00:00")]
    [InlineData("DeadLetterTimeToLive", "7", "says no unit")]
    [InlineData("MaxLength", "0", "1 or more")]
    [InlineData("MaxLengthBytes", "1 GiB", "1 or more")]
    [InlineData("DeadLetterMaxLength", "-1", "1 or more")]
    public void Should_refuse_what_a_broker_would_not_take(string key, string value, string why)
    {
        var fault = Assert.Single(Assert.Throws<ShopSettingsException>(() => Options((key, value))).Faults);
        Assert.StartsWith($"The setting Shop:Streams:{key} is '{value}', but ", fault, StringComparison.Ordinal);
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    private static RabbitMqStreamOptions Options(params (string Key, string Value)[] settings)
    {
        var read = Read(settings);
        var options = new RabbitMqStreamOptions();
        ShopBroker.Configure(options, read.RabbitMq!, read);
        return options;
    }

    private static ShopSettings Read((string Key, string Value)[] settings) => ShopSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
    [
        new("Shop:Mode", "Cluster"), new("ConnectionStrings:Postgres", "Host=nowhere"), new("ConnectionStrings:RabbitMq", "amqp://nowhere"),
        .. settings.Select(setting => KeyValuePair.Create($"Shop:Streams:{setting.Key}", (string?)setting.Value)),
    ]).Build());

    private static string Queues(RabbitMqStreamOptions options) => string.Join(' ',
        options.QueueCount, options.InitialGroupSize, options.DeliveryLimit, options.MessageTimeToLive, options.MaxLength, options.MaxLengthBytes, options.DeadLetterTimeToLive, options.DeadLetterMaxLength);
}
