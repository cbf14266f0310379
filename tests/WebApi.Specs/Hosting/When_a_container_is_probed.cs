using Shop.Benches.Load.Machine;
using Shop.Hosting.Health;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>By the program itself, which is all that a small image has.</summary>
public sealed class When_a_container_is_probed(ShopHost shop)
{
    private const string Nowhere = "http://127.0.0.1:1";

    [Theory, InlineData("live"), InlineData("ready"), InlineData("startup")]
    public async Task Should_say_that_all_is_well(string question) => Assert.Equal(0, await HealthProbe.Run([question, "--urls", shop.App.Urls.Single()], Nowhere));

    [Theory]
    [InlineData("http://*:{0}")]
    [InlineData("http://0.0.0.0:{0}")]
    [InlineData("http://localhost:{0}")]
    public async Task Should_ask_this_machine_whatever_addresses_the_process_listens_at(string listening)
    {
        var port = new Uri(shop.App.Urls.Single()).Port;

        Assert.Equal(0, await HealthProbe.Run(["live", "--urls", listening.Replace("{0}", $"{port}", StringComparison.Ordinal)], Nowhere));
        Assert.Equal(0, await HealthProbe.Run(["live"], listening.Replace("{0}", $"{port}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_fail_when_nobody_answers() =>
        Assert.Equal(1, await HealthProbe.Run(["live", "--urls", $"http://127.0.0.1:{FreePorts.Take(1)[0]}"], Nowhere));

    [Theory]
    [InlineData]
    [InlineData("well")]
    [InlineData("live", "--urls", "http://127.0.0.1:0")]
    [InlineData("live", "--urls", "nonsense")]
    public async Task Should_say_when_there_is_nothing_to_ask(params string[] arguments) => Assert.Equal(2, await HealthProbe.Run(arguments, Nowhere));
}
