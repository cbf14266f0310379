using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Shop.Hosting.Audit;
using Shop.Hosting.Settings;
using Shop.Hosting.Silos;

namespace Shop.WebApi.Specs.Audit;

public sealed class When_the_witness_is_switched_on
{
    private const string Broker = "amqp://127.0.0.1/";

    [Theory]
    [InlineData(null, 0)]
    [InlineData("false", 0)]
    [InlineData("true", 1)]
    public async Task Should_be_a_part_of_a_silo_then_and_only_then(string? value, int expected)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(Settings("Cluster", value, Broker));
        ShopSilo.AddTo(builder, ShopSettings.Read(builder.Configuration));

        Assert.Equal(expected, builder.Services.Count(service => service.ImplementationType == typeof(Witness)));
        await using var app = builder.Build();
    }

    [Fact]
    public void Should_be_refused_where_there_is_no_broker()
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read("Embedded", "true", broker: null));

        Assert.StartsWith(
            "The setting Shop:Audit:Witness is 'true', but ConnectionStrings:RabbitMq is missing", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_be_taken_in_one_process_with_a_broker() => Assert.True(Read("Embedded", "true", Broker).Witness);

    /// <summary>It may be started with the settings of a silo.</summary>
    [Fact]
    public void Should_be_passed_over_by_a_client() => Assert.NotNull(Read("Cluster", "true", broker: null, ShopPart.Client));

    [Fact]
    public void Should_be_yes_or_no()
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Read("Cluster", "on", Broker));

        Assert.Contains("'true' or 'false'", fault.Message, StringComparison.Ordinal);
    }

    private static ShopSettings Read(string mode, string? value, string? broker, ShopPart part = ShopPart.Silo) =>
        ShopSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(Settings(mode, value, broker)).Build(), part);

    private static Dictionary<string, string?> Settings(string mode, string? value, string? broker) => new()
    {
        ["Shop:Mode"] = mode,
        ["Shop:DataDirectory"] = Path.GetTempPath(),
        ["Shop:Audit:Witness"] = value,
        ["ConnectionStrings:Postgres"] = "Host=127.0.0.1;Database=shop",
        ["ConnectionStrings:RabbitMq"] = broker,
    };
}
