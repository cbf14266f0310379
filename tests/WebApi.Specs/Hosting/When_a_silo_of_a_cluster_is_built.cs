using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Shop.Hosting;
using Shop.Hosting.Database;
using Shop.Hosting.Processes;
using Shop.Hosting.Settings;
using Shop.Hosting.Silos;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>The tunables that differ from Orleans' own, as they reach it. What they bring about, tests/Chaos sees.</summary>
public sealed class When_a_silo_of_a_cluster_is_built : IAsyncDisposable
{
    private readonly WebApplication silo = Build();

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    /// <summary>Two that waited for the database at once would both have found the ports free before.</summary>
    [Fact]
    public void Should_look_at_its_ports_when_it_has_waited_and_before_it_joins()
    {
        var starts = silo.Services.GetServices<IHostedService>().Select(service => service.GetType().Name).ToList();

        Assert.InRange(starts.IndexOf(nameof(PortsAtStart)), starts.IndexOf(nameof(DatabaseAtStart)) + 1, starts.IndexOf("SiloHostedService") - 1);
    }

    [Fact]
    public void Should_miss_a_dead_silo_within_seconds()
    {
        var membership = Of<ClusterMembershipOptions>();
        Assert.Equal((TimeSpan.FromSeconds(2), 3), (membership.ProbeTimeout, membership.NumMissedProbesLimit));
        // Or a silo that holds still for 20 s is never declared dead: nobody votes against whom he heard within three of these.
        Assert.True(membership.MaxProbeTimeout * 3 < TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void Should_let_go_of_what_belongs_to_one_order()
    {
        var ages = Of<GrainCollectionOptions>().ClassSpecificCollectionAge;
        Assert.Equal(["Shop.Orders.OrderGrain", "Shop.Payments.PaymentGrain", "Shop.Sagas.OrderSagaGrain"], ages.Keys.Order());
        Assert.All(ages.Values, age => Assert.Equal(TimeSpan.FromMinutes(2), age));
        Assert.All(ages.Keys, name => Assert.NotNull(typeof(ShopGrains).Assembly.GetType(name)));
    }

    [Fact]
    public void Should_make_the_call_of_a_lost_silo_again_within_seconds() => Assert.Equal(TimeSpan.FromSeconds(10), Of<GroupCommitOptions>().ScheduleCallTimeout);

    private T Of<T>() where T : class => silo.Services.GetRequiredService<IOptions<T>>().Value;

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Shop:Mode"] = "Cluster",
            ["ConnectionStrings:Postgres"] = "Host=127.0.0.1;Database=shop",
            ["ConnectionStrings:RabbitMq"] = "amqp://127.0.0.1/",
        });
        ShopSilo.AddTo(builder, ShopSettings.Read(builder.Configuration));
        return builder.Build();
    }
}
