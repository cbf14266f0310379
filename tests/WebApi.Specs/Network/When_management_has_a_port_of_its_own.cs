using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Shop.Benches.Load.Machine;
using Shop.Hosting.Settings;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Network;

public sealed class When_management_has_a_port_of_its_own(ManagedShop host) : IClassFixture<ManagedShop>
{
    private readonly Shopper customer = new(host.Http);
    private readonly Shopper operators = new(host.Management);

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/dashboard/")]
    public async Task Should_serve_there_alone_what_is_not_for_customers(string path)
    {
        (await operators.Get(path)).Expect(HttpStatusCode.OK);
        (await customer.Get(path)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        // A request may say what it likes: the connection tells.
        (await customer.Get(path, ("Host", $"127.0.0.1:{host.ManagementPort}"))).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await customer.Get(path.ToUpperInvariant())).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/start.js")]
    [InlineData("/v1/products")]
    [InlineData("/v1/ops/about")]
    [InlineData("/openapi/v1.json")]
    public async Task Should_serve_everything_else_to_customers_alone(string path)
    {
        (await customer.Get(path)).Expect(HttpStatusCode.OK);
        (await operators.Get(path)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await operators.Get(path, ("Host", $"127.0.0.1:{host.Http.BaseAddress!.Port}"))).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Should_tell_the_start_page_so_that_it_links_to_nothing_that_is_not_there() =>
        Assert.True((await customer.Get("/v1/ops/about")).At("managementElsewhere").GetBoolean());

    [Theory]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080", "The setting Shop:ManagementUrls is 'http://127.0.0.1:5080', but the public addresses have port 5080, too")]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.2:5080", "The setting Shop:ManagementUrls is 'http://127.0.0.2:5080', but the public addresses have port 5080, too")]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:0", "The setting Shop:ManagementUrls is 'http://127.0.0.1:0', but it must be an address with a port")]
    [InlineData("http://127.0.0.1:5080", "9080", "The setting Shop:ManagementUrls holds '9080', which is no address")]
    [InlineData("http://127.0.0.1:5080", "http://unix:/run/shop.sock", "The setting Shop:ManagementUrls is 'http://unix:/run/shop.sock', but it must be an address with a port")]
    public void Should_need_one_that_tells_it_apart(string urls, string management, string fault)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Shop:Mode", "Cluster"), new("ConnectionStrings:Postgres", "Host=127.0.0.1"), new("urls", urls), new("Shop:ManagementUrls", management)]).Build();

        Assert.StartsWith(fault, Assert.Single(Assert.Throws<ShopSettingsException>(() => ShopSettings.Read(settings, ShopPart.Client)).Faults), StringComparison.Ordinal);
    }
}

public sealed class ManagedShop : ShopHost
{
    public int ManagementPort { get; } = FreePorts.Take(1)[0];

    public HttpClient Management { get; } = new();

    protected override IEnumerable<(string Key, string Value)> Settings => [("Shop:ManagementUrls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ManagementPort}"))];

    public override async ValueTask InitializeAsync()
    {
        Management.BaseAddress = new Uri($"http://127.0.0.1:{ManagementPort}");
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        Management.Dispose();
        await base.DisposeAsync();
    }
}
