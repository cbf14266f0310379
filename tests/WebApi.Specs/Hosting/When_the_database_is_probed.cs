using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Persistence.GroupCommit;
using Shop.Silo.Hosting;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_the_database_is_probed
{
    [Theory]
    [InlineData(null, HealthStatus.Healthy)]
    [InlineData("the database takes no writes: its disk is full", HealthStatus.Unhealthy)]
    public async Task Should_say_what_the_store_says(string? fault, HealthStatus status)
    {
        var check = new DatabaseTakesWrites(new Store(fault));
        var result = await check.CheckHealthAsync(new HealthCheckContext
        {
            Registration = new HealthCheckRegistration("database", check, HealthStatus.Unhealthy, []),
        });

        Assert.Equal((status, fault), (result.Status, result.Description));
    }

    private sealed class Store(string? fault) : IGroupCommitHealth
    {
        public Task<string?> FindFault(CancellationToken cancellationToken = default) => Task.FromResult(fault);
    }
}
