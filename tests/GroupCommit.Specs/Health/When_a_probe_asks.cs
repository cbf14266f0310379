using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Health;

public sealed class When_a_probe_asks
{
    [Theory]
    [InlineData(null, HealthStatus.Healthy)]
    [InlineData("the database takes no writes: its disk is full", HealthStatus.Unhealthy)]
    public async Task Should_say_what_the_store_says(string? fault, HealthStatus status)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<IGroupCommitHealth>(new Store(fault));
        services.AddHealthChecks().AddGroupCommit(tags: ["ready"]);
        await using var provider = services.BuildServiceProvider();

        var report = await provider.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(check => check.Tags.Contains("ready"), TestContext.Current.CancellationToken);

        Assert.Equal(("groupcommit", status, fault), Assert.Single(report.Entries.Select(entry => (entry.Key, entry.Value.Status, entry.Value.Description))));
    }

    private sealed class Store(string? fault) : IGroupCommitHealth
    {
        public Task<string?> FindFault(CancellationToken cancellationToken = default) => Task.FromResult(fault);
    }
}
