using Microsoft.Extensions.Configuration;
using Shop.Hosting.Settings;

namespace Shop.WebApi.Specs.Network;

public sealed class When_an_embedded_shop_listens_beyond_loopback : IDisposable
{
    private const string Key = "0123456789abcdef";

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("shop-open-");

    public void Dispose() => data.Delete(recursive: true);

    public static TheoryData<string, string> Open =>
    [
        ("urls", "http://0.0.0.0:5080"),
        ("urls", "http://*:5080"),
        ("urls", "http://+:5080"),
        ("urls", "http://[::]:5080"),
        ("urls", "http://shop.example:5080"),
        ("urls", "http://localhost.example:5080"),
        ("urls", "https://192.0.2.1"),
        ("urls", "http://127.0.0.1:5080;http://0.0.0.0:5081"),
        ("Kestrel:Endpoints:Public:Url", "http://0.0.0.0:5080"),
        ("Shop:ManagementUrls", "http://0.0.0.0:9080"),
    ];

    [Theory, MemberData(nameof(Open))]
    public void Should_not_start_without_a_key(string setting, string value)
    {
        var fault = Assert.Single(Assert.Throws<ShopSettingsException>(() => Read((setting, value))).Faults);

        Assert.DoesNotContain('\n', fault);
        Assert.All(["could change products, prices and stock", "Shop:OpsKey", "ASPNETCORE_URLS", "Shop:AllowWithoutKey"], part => Assert.Contains(part, fault, StringComparison.Ordinal));
        Assert.Contains(value.Split(';')[^1].Split(':')[^1], fault, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Open))]
    public void Should_start_with_one_or_when_that_is_meant(string setting, string value)
    {
        Assert.NotEmpty(Read((setting, value), ("Shop:OpsKey", Key)).Http.BeyondLoopback);
        Assert.NotEmpty(Read((setting, value), ("Shop:AllowWithoutKey", "true")).Http.BeyondLoopback);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080")]
    [InlineData("http://127.9.9.9:5080")]
    [InlineData("http://LocalHost:5080;http://[::1]:5080")]
    [InlineData("http://unix:/run/shop.sock")]
    public void Should_be_free_to_on_its_own_machine(string urls) => Assert.Empty(Read(("urls", urls)).Http.BeyondLoopback);

    [Fact]
    public void Should_look_at_where_it_will_listen_and_not_at_what_that_replaces() =>
        Assert.Empty(Read(("urls", "http://0.0.0.0:5080"), ("Kestrel:Endpoints:Public:Url", "http://127.0.0.1:5080")).Http.BeyondLoopback);

    [Theory, InlineData("https://shop.example"), InlineData("shop.example:443"), InlineData("shop example"), InlineData("*.*"), InlineData("::1"), InlineData("shop.example/x")]
    public void Should_refuse_a_name_that_no_request_can_have(string name)
    {
        var fault = Assert.Single(Assert.Throws<ShopSettingsException>(() => Read(("AllowedHosts", $"localhost;{name}"))).Faults);

        Assert.StartsWith($"The setting AllowedHosts has '{name}' in it", fault, StringComparison.Ordinal);
    }

    private ShopSettings Read(params (string Key, string Value)[] settings) => ShopSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Append(("Shop:DataDirectory", data.FullName)).Select(s => KeyValuePair.Create<string, string?>(s.Item1, s.Item2))).Build());
}
