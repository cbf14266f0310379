using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Shop.Benches.Load.Machine;
using Shop.Hosting.Health;
using Shop.Hosting.Processes;
using Shop.Operations;
using Shop.WebApi.Conventions;
using Shop.WebApi.Operations;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>
/// A silo whose program lacks grains that came later, and an API of this release: they run side by side while silos are replaced.
/// </summary>
public sealed class When_silos_are_of_a_release_before : IAsyncLifetime
{
    private readonly IHost silo;
    private readonly IHost api;

    public When_silos_are_of_a_release_before()
    {
        var ports = FreePorts.Take(2);
        var before = Host.CreateApplicationBuilder();
        before.Logging.ClearProviders();
        before.UseOrleans(silo => silo
            .UseLocalhostClustering(ports[0], ports[1])
            .Configure<GrainTypeOptions>(types => types.Classes.RemoveWhere(type => type.IsAssignableTo(typeof(ISiloHealthGrain)) || type.IsAssignableTo(typeof(IStreamKeysGrain)))));
        silo = before.Build();
        var now = Host.CreateApplicationBuilder();
        now.Logging.ClearProviders();
        now.UseOrleansClient(client => client.UseLocalhostClustering(ports[1]));
        api = now.Build();
    }

    private IGrainFactory Grains => api.Services.GetRequiredService<IGrainFactory>();

    [Fact]
    public async Task Should_be_ready_because_one_answers()
    {
        var check = new ClusterAnswers(Grains, TimeProvider.System, mustStore: true);
        var found = await check.CheckHealthAsync(new HealthCheckContext
        {
            Registration = new HealthCheckRegistration("cluster", check, HealthStatus.Unhealthy, []),
        });

        Assert.Throws<ArgumentException>(() => Grains.GetGrain<ISiloHealthGrain>(0));
        Assert.Equal(HealthStatus.Healthy, found.Status);
    }

    [Fact]
    public async Task Should_say_that_keys_cannot_be_changed_right_now()
    {
        var calls = new GrainCalls(TimeProvider.System, new PendingCalls(), NullLogger<GrainCalls>.Instance);

        await Assert.ThrowsAsync<UnavailableException>(async () => await StreamKeysHandlers.Rotate(new DefaultHttpContext(), Grains, calls));
    }

    public async ValueTask InitializeAsync()
    {
        await silo.StartAsync();
        await api.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await api.StopAsync();
        await silo.StopAsync();
        api.Dispose();
        silo.Dispose();
    }
}
