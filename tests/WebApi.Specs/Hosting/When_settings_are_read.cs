using Microsoft.Extensions.Configuration;
using Shop.Silo.Hosting;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_settings_are_read
{
    [Fact]
    public void Should_name_every_fault_at_once()
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read(
            ("Shop:Mode", "1"), ("Shop:DataDirectory", "/dev/null/data"), ("Shop:SeedDemo", "yes"), ("Orleans:SiloPort", "0"), ("Orleans:GatewayPort", "65536"),
            ("Shop:StartTimeout", "-00:00:01"), ("Orleans:AdvertisedIPAddress", "0.0.0.0")));

        Assert.Equal(
            ["Shop:Mode", "Shop:DataDirectory", "Shop:SeedDemo", "Shop:StartTimeout", "Orleans:SiloPort", "Orleans:GatewayPort", "Orleans:AdvertisedIPAddress"],
            fault.Faults.Select(f => f.Split(' ')[2]));
        Assert.All(fault.Faults, f => Assert.DoesNotContain('\n', f));
        Assert.Equal(fault.Faults, StartupFaults.Explain(fault));
    }

    [Fact]
    public void Should_know_what_to_do_without_any()
    {
        var data = Directory.CreateTempSubdirectory("shop-settings-");

        var settings = Read(("Shop:DataDirectory", data.FullName));

        Assert.Equal(
            new ShopSettings
            {
                Mode = ShopMode.Embedded,
                DataDirectory = data.FullName,
                SeedDemo = true,
                SchemaOnStart = true,
                StartTimeout = TimeSpan.Zero,
                ClusterId = "shop",
                ServiceId = "shop",
                SiloPort = 11111,
                GatewayPort = 30000,
                Http = settings.Http,
            },
            settings);
        Assert.Empty(settings.Http.BeyondLoopback);
        data.Delete();
    }

    [Fact]
    public void Should_refuse_one_port_for_silos_and_clients_of_a_silo_alone()
    {
        (string, string)[] same = [.. Cluster, ("Orleans:SiloPort", "4711"), ("Orleans:GatewayPort", "4711")];

        var fault = Assert.Throws<ShopSettingsException>(() => Read(same));
        ShopSettings.Read(Configuration(same), ShopPart.Client);

        Assert.Equal(["The setting Orleans:SiloPort is 4711, and so is Orleans:GatewayPort: each needs a port of its own."], fault.Faults);
    }

    [Theory, InlineData("localhost:5672"), InlineData("http://localhost"), InlineData("amqp://"), InlineData("amqp://shop:secret@one,two")]
    public void Should_refuse_what_is_no_address_of_a_broker_and_not_tell_the_password(string address)
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read(("ConnectionStrings:RabbitMq", address)));

        Assert.StartsWith("The setting ConnectionStrings:RabbitMq must be", Assert.Single(fault.Faults), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_ask_a_silo_of_a_cluster_for_database_and_broker_and_a_client_for_the_database_alone()
    {
        var silo = Assert.Throws<ShopSettingsException>(() => Read(("Shop:Mode", "cluster")));
        var client = Assert.Throws<ShopSettingsException>(() => ShopSettings.Read(Configuration(("Shop:Mode", "cluster")), ShopPart.Client));

        Assert.Equal(["ConnectionStrings:Postgres", "ConnectionStrings:RabbitMq"], silo.Faults.Select(f => f.Split(' ')[2]));
        Assert.Equal(["ConnectionStrings:Postgres"], client.Faults.Select(f => f.Split(' ')[2]));
    }

    [Fact]
    public void Should_make_nothing_of_its_own_in_a_cluster_unless_told_to()
    {
        var settings = Read([.. Cluster, ("Shop:OpsKey", "0123456789abcdef"), ("POD_IP", "10.1.2.3")]);

        Assert.Equal((ShopMode.Cluster, false, false), (settings.Mode, settings.SeedDemo, settings.SchemaOnStart));
        Assert.Equal((TimeSpan.FromMinutes(1), "0123456789abcdef", "10.1.2.3"), (settings.StartTimeout, settings.OpsKey, settings.AdvertisedAddress?.ToString()));
        Assert.Equal("127.0.0.1", Read([.. Cluster, ("POD_IP", "10.1.2.3"), ("Orleans:AdvertisedIPAddress", "127.0.0.1")]).AdvertisedAddress?.ToString());
        Assert.True(Read([.. Cluster, ("environment", "Development")]).SchemaOnStart);
    }

    [Theory, InlineData("short"), InlineData("with a blank in its middle"), InlineData("0123456789abcdéf")]
    public void Should_refuse_a_key_that_is_easily_guessed_or_cannot_be_sent_and_not_tell_it(string key)
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read([.. Cluster, ("Shop:OpsKey", key)]));

        Assert.StartsWith("The setting Shop:OpsKey must have", Assert.Single(fault.Faults), StringComparison.Ordinal);
        Assert.DoesNotContain(key, fault.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("Server"), InlineData("Username=shop;Password=secret"), InlineData("Host=here;Port=secret"), InlineData("Host=here;Passwort=secret")]
    public void Should_refuse_what_is_no_connection_string_and_not_tell_the_password(string connection)
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read(("ConnectionStrings:Postgres", connection)));

        Assert.StartsWith("The setting ConnectionStrings:Postgres", Assert.Single(fault.Faults), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    private static readonly (string, string)[] Cluster =
        [("Shop:Mode", "Cluster"), ("ConnectionStrings:Postgres", "Host=127.0.0.1"), ("ConnectionStrings:RabbitMq", "amqp://127.0.0.1")];

    private static ShopSettings Read(params (string Key, string Value)[] settings) => ShopSettings.Read(Configuration(settings));

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build();
}
