using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Shop.Benches.Load.Machine;
using Shop.Operations;
using Shop.Silo.Hosting;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>A silo whose program has no grain that tells of its health, and an API of this release: they run side by side while silos are replaced.</summary>
public sealed class When_silos_are_of_a_release_before
{
    [Fact]
    public async Task Should_be_ready_because_one_answers()
    {
        var ports = FreePorts.Take(2);
        var before = Host.CreateApplicationBuilder();
        before.Logging.ClearProviders();
        before.UseOrleans(silo => silo
            .UseLocalhostClustering(ports[0], ports[1])
            .Configure<GrainTypeOptions>(types => types.Classes.RemoveWhere(type => type.IsAssignableTo(typeof(ISiloHealthGrain)))));
        using var silo = before.Build();
        await silo.StartAsync();
        var now = Host.CreateApplicationBuilder();
        now.Logging.ClearProviders();
        now.UseOrleansClient(client => client.UseLocalhostClustering(ports[1]));
        using var api = now.Build();
        await api.StartAsync();

        var check = new ClusterAnswers(api.Services.GetRequiredService<IGrainFactory>(), TimeProvider.System, mustStore: true);
        var found = await check.CheckHealthAsync(new HealthCheckContext
        {
            Registration = new HealthCheckRegistration("cluster", check, HealthStatus.Unhealthy, []),
        });

        Assert.Throws<ArgumentException>(() => api.Services.GetRequiredService<IGrainFactory>().GetGrain<ISiloHealthGrain>(0));
        Assert.Equal(HealthStatus.Healthy, found.Status);
        await api.StopAsync();
        await silo.StopAsync();
    }
}
