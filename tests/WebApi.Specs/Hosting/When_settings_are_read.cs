using Microsoft.Extensions.Configuration;
using Npgsql;
using Shop.Hosting.Processes;
using Shop.Hosting.Settings;

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
                DrainDelay = TimeSpan.Zero,
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

    [Theory]
    [InlineData("Shop:Sagas:CancelWindo", "Shop:Sagas:CancelWindow")]
    [InlineData("Shop:CancelWindow", "Shop:Sagas:CancelWindow")]
    [InlineData("Shop:Sagas:LookupDelay:0", "Shop:Sagas:LookupDelays")]
    [InlineData("Shop:Sagas:LookupDelays", "Shop:Sagas:LookupDelays")]
    [InlineData("Shop:moed", "Shop:Mode")]
    [InlineData("Orleans:SiloProt", "Orleans:SiloPort")]
    [InlineData("Orleans:Clustering:ProviderType", "Orleans:ClusterId")]
    [InlineData("ConnectionStrings:Postgress", "ConnectionStrings:Postgres")]
    [InlineData("Shop:Telemetry:Saga:Every", "Shop:Telemetry:Sagas:Every")]
    public void Should_refuse_a_name_that_nothing_reads_and_name_the_nearest_one(string key, string nearest)
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read((key, "00:00:01")));

        Assert.Equal([$"There is no setting {key}. The nearest one is {nearest}; docs/settings.md lists all of them."], fault.Faults);
    }

    [Fact]
    public void Should_refuse_a_variable_with_one_underscore_where_two_belong()
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read(("SHOP_SAGAS_CANCELWINDOW", "00:00:01")));

        Assert.Equal(["There is no setting SHOP_SAGAS_CANCELWINDOW. The variable for Shop:Sagas:CancelWindow is Shop__Sagas__CancelWindow, with two underscores."], fault.Faults);
    }

    [Fact]
    public void Should_pass_over_what_belongs_to_others()
    {
        // Kubernetes names services to every container, and Azure the driver of a connection string.
        var settings = Read(
            ("SHOP", "/srv/shop"), ("SHOP_SERVICE_HOST", "10.0.0.1"), ("SHOP_PORT", "tcp://10.0.0.1:80"), ("ORLEANS_CLUSTER_ID", "other"), ("Logging:LogLevel:Default", "None"),
            ("ConnectionStrings:Postgres_ProviderName", "Npgsql"), ("SHOP:SAGAS:CANCELWINDOW", "00:00:01"), ("Shop:Sagas:LookupDelays:0", "00:00:01"), ("Shop:OpsKey", ""));

        Assert.Equal("shop", settings.ClusterId);
    }

    [Theory]
    [InlineData("Shop:Sagas:CancelWindow", "5", "that says no unit: write 00:00:05 for 5 seconds, 00:05:00 for 5 minutes")]
    [InlineData("Shop:StartTimeout", "90", "that says no unit: write 00:01:30 for 90 seconds, 01:30:00 for 90 minutes")]
    [InlineData("Shop:Sagas:LookupDelays:1", "24:00:00", Form)]
    [InlineData("Shop:Payments:GatewayTimeout", "00:05", Form)]
    [InlineData("Shop:SimulatedGateway:HangLimit", "5s", Form)]
    [InlineData("Shop:Telemetry:Sagas:Every", "1.5", Form)]
    [InlineData("Shop:DrainDelay", " 00:00:05", Form)]
    public void Should_refuse_a_time_that_means_something_else_than_it_seems_to(string key, string value, string why)
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read((key, value)));

        Assert.Equal([$"The setting {key} is '{value}', but {why}."], fault.Faults);
    }

    [Theory, InlineData("00:00:05"), InlineData("1.00:00:00"), InlineData("0:0:5"), InlineData("23:59:59.9999999")]
    public void Should_take_a_time_in_the_form_that_is_documented(string value) => Read(("Shop:Sagas:CancelWindow", value));

    [Fact]
    public void Should_refuse_one_port_for_silos_and_clients_of_an_embedded_shop_too()
    {
        var fault = Assert.Throws<ShopSettingsException>(
            () => ShopSettings.Read(Configuration(("Orleans:SiloPort", "4711"), ("Orleans:GatewayPort", "4711")), ShopPart.Client));

        Assert.StartsWith("The setting Orleans:SiloPort is 4711", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("foo", "no address")]
    [InlineData("127.0.0.1:5080", "no address")]
    [InlineData("http://:5080", "no address")]
    [InlineData("http://127.0.0.1:five", "host is neither")]
    [InlineData("http://[::1", "host is neither")]
    [InlineData("http://127.0.0.1:99999", "port is not one")]
    [InlineData("ftp://127.0.0.1:5080", "must begin with http://")]
    [InlineData("http://127.0.0.1:5080/shop", "has no path")]
    [InlineData("http://127.0.0.1:5080;http://127.0.0.1:5081/shop", "has no path")]
    public void Should_refuse_an_address_at_which_nobody_can_listen(string urls, string why)
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read(("urls", urls)));

        Assert.Contains(why, Assert.Single(fault.Faults), StringComparison.Ordinal);
        Assert.Contains("ASPNETCORE_URLS", fault.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("Kestrel:Endpoints:Shop:Url"), InlineData("Shop:ManagementUrls")]
    public void Should_refuse_such_an_address_wherever_it_is_set(string setting) =>
        Assert.Equal([$"The setting {setting} holds 'foo', which is no address: it must be scheme, host and port, such as http://127.0.0.1:5080."], Assert.Throws<ShopSettingsException>(() => Read((setting, "foo"))).Faults);

    [Fact]
    public void Should_not_have_Npgsql_look_for_a_library_that_small_images_do_not_have()
    {
        Assert.Equal(GssEncryptionMode.Disable, new NpgsqlConnectionStringBuilder(Read(("ConnectionStrings:Postgres", "Host=here")).Postgres).GssEncryptionMode);
        Assert.Equal(GssEncryptionMode.Prefer, new NpgsqlConnectionStringBuilder(Read(("ConnectionStrings:Postgres", "Host=here;GssEncryptionMode=Prefer")).Postgres).GssEncryptionMode);
    }

    private const string Form = "it must be a time of the form [days.]hh:mm:ss[.fraction], such as 00:00:30 for half a minute";

    private static readonly (string, string)[] Cluster =
        [("Shop:Mode", "Cluster"), ("ConnectionStrings:Postgres", "Host=127.0.0.1"), ("ConnectionStrings:RabbitMq", "amqp://127.0.0.1")];

    private static ShopSettings Read(params (string Key, string Value)[] settings) => ShopSettings.Read(Configuration(settings));

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build();
}
