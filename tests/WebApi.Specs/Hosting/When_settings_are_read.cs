using Microsoft.Extensions.Configuration;
using Shop.Silo.Hosting;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_settings_are_read
{
    [Fact]
    public void Should_name_every_fault_at_once()
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read(
            ("Shop:Mode", "Cluster"), ("Shop:DataDirectory", "/dev/null/data"), ("Shop:SeedDemo", "yes"), ("Orleans:SiloPort", "0"), ("Orleans:GatewayPort", "65536")));

        Assert.Equal(
            ["Shop:Mode", "Shop:DataDirectory", "Shop:SeedDemo", "Orleans:SiloPort", "Orleans:GatewayPort"],
            fault.Faults.Select(f => f.Split(' ')[2]));
        Assert.All(fault.Faults, f => Assert.DoesNotContain('\n', f));
        Assert.Equal(fault.Faults, StartupFaults.Explain(fault));
    }

    [Fact]
    public void Should_know_what_to_do_without_any()
    {
        var data = Directory.CreateTempSubdirectory("shop-settings-");

        var settings = Read(("Shop:DataDirectory", data.FullName));

        Assert.Equal(new ShopSettings(data.FullName, Postgres: null, RabbitMq: null, SeedDemo: true, SchemaOnStart: true, "shop", "shop", 11111, 30000), settings);
        data.Delete();
    }

    [Theory, InlineData("localhost:5672"), InlineData("http://localhost"), InlineData("amqp://"), InlineData("amqp://shop:secret@one,two")]
    public void Should_refuse_what_is_no_address_of_a_broker_and_not_tell_the_password(string address)
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read(("ConnectionStrings:RabbitMq", address)));

        Assert.StartsWith("The setting ConnectionStrings:RabbitMq must be", Assert.Single(fault.Faults), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    private static ShopSettings Read(params (string Key, string Value)[] settings) => ShopSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build());
}
