using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Shop.Hosting.Health;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_a_silo_is_probed
{
    [Fact]
    public async Task Should_name_what_it_cannot_reach_to_those_alone_who_ask_for_that()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHealthChecks()
            .AddCheck("silo", () => HealthCheckResult.Healthy(), [HealthTags.Startup, HealthTags.Ready])
            .AddCheck("broker", () => HealthCheckResult.Unhealthy("the broker takes no events"), [HealthTags.Ready]);
        await using var app = builder.Build();
        app.MapShopHealth();
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var ready = await http.GetAsync("/health/ready");
        using var startup = await http.GetAsync("/health/startup");
        using var live = await http.GetAsync("/health/live");

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, """{"status":"unhealthy","checks":[{"name":"silo","status":"healthy","detail":null},{"name":"broker","status":"unhealthy","detail":"the broker takes no events"}]}"""),
            (ready.StatusCode, await ready.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (startup.StatusCode, live.StatusCode));
        Assert.True(ready.Headers.CacheControl?.NoStore);
    }
}
