using Microsoft.Extensions.Configuration;
using Orleans.Streams.RabbitMQ;
using Shop.Hosting.Settings;
using Shop.Hosting.Streams;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_a_shop_waits_for_its_broker
{
    [Theory, InlineData("Embedded"), InlineData("Cluster")]
    public void Should_wait_as_long_as_it_was_told_to(string mode) =>
        Assert.Equal(TimeSpan.FromMinutes(7), WaitOf(("Shop:Mode", mode), ("Shop:StartTimeout", "00:07:00")));

    [Fact]
    public void Should_try_once_in_one_process_and_wait_a_minute_in_a_cluster()
    {
        // Zero would be not to look at all.
        Assert.InRange(WaitOf(), TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMinutes(1), WaitOf(("Shop:Mode", "Cluster")));
    }

    private static TimeSpan WaitOf(params (string Key, string Value)[] settings)
    {
        var data = Directory.CreateTempSubdirectory("shop-broker-");
        try
        {
            (string Key, string Value)[] all =
                [("Shop:DataDirectory", data.FullName), ("ConnectionStrings:Postgres", "Host=127.0.0.1"), ("ConnectionStrings:RabbitMq", "amqp://127.0.0.1"), .. settings];
            var read = ShopSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(all.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build());
            var options = new RabbitMqStreamOptions();
            ShopBroker.Configure(options, read.RabbitMq!, read);
            return options.StartTimeout;
        }
        finally
        {
            data.Delete();
        }
    }
}
