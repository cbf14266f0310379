using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Shop.Hosting.Health;
using Shop.Hosting.Silos;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_the_clock_of_a_silo_is_looked_at
{
    private readonly SteadyClock clock = new();

    [Theory]
    [InlineData(0, HealthStatus.Healthy, null)]
    [InlineData(4, HealthStatus.Healthy, null)]
    [InlineData(-90, HealthStatus.Degraded, "90 seconds behind")]
    [InlineData(360, HealthStatus.Degraded, "6 minutes ahead of")]
    [InlineData(-86_400 * 3, HealthStatus.Degraded, "3 days behind")]
    [InlineData(315_576_000, HealthStatus.Degraded, "10 years ahead of")]
    public async Task Should_say_how_far_it_is_off_and_stay_ready(int seconds, HealthStatus status, string? words)
    {
        clock.Set(TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(seconds));
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var machine = new MachineClock(
            clock, new FakeTimeProvider(), services.GetRequiredService<IMeterFactory>(), NullLogger<MachineClock>.Instance);

        var result = await machine.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);

        Assert.Equal(status, result.Status);
        Assert.Equal(words is not null, result.Description is not null);
        Assert.Contains(words ?? "", result.Description ?? "", StringComparison.Ordinal);
    }

    /// <summary>Whoever updates Orleans learns it here.</summary>
    [Fact]
    public void Should_find_the_place_for_a_clock_that_the_membership_of_Orleans_has()
    {
        Assert.Equal(typeof(Func<DateTime>), MembershipClock.Clock.PropertyType);
        Assert.Equal(typeof(DateTime), MembershipClock.StartTime.FieldType);
    }

    [Theory]
    [InlineData(2016)]
    [InlineData(2021)]
    [InlineData(2026)]
    [InlineData(2036)]
    [InlineData(2500)]
    public void Should_give_a_generation_that_is_a_silos(int year) =>
        Assert.InRange(SiloIdentity.GenerationAt(new DateTimeOffset(year, 6, 1, 0, 0, 0, TimeSpan.Zero)), 1, int.MaxValue);
}
