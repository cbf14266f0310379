using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Shop.Silo.Hosting;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_the_database_is_probed
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Should_not_tell_the_world_what_the_fault_says()
    {
        var fault = new IOException("/srv/secret/shop.db is broken");

        var result = await Probe(() => throw fault);

        Assert.Equal((HealthStatus.Unhealthy, "the database cannot be read"), (result.Status, result.Description));
        Assert.Same(fault, result.Exception);
    }

    [Fact]
    public async Task Should_give_up_on_a_database_that_hangs()
    {
        var asked = new TaskCompletionSource();
        var hanging = new TaskCompletionSource<IDurableSnapshot>();
        var probe = Probe(() =>
        {
            asked.SetResult();
            return hanging.Task;
        });
        await asked.Task;

        time.Advance(DatabaseIsReachable.Limit - TimeSpan.FromTicks(1));
        Assert.False(probe.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));

        var result = await probe;
        Assert.Equal((HealthStatus.Unhealthy, "the database does not answer in time"), (result.Status, result.Description));
    }

    [Fact]
    public async Task Should_let_the_database_know_that_nobody_waits_any_more()
    {
        var asked = new TaskCompletionSource<CancellationToken>();
        var probe = Probe(cancellationToken =>
        {
            asked.SetResult(cancellationToken);
            return new TaskCompletionSource<IDurableSnapshot>().Task.WaitAsync(cancellationToken);
        });
        var token = await asked.Task;

        time.Advance(DatabaseIsReachable.Limit);

        Assert.True(token.IsCancellationRequested);
        Assert.Equal("the database does not answer in time", (await probe).Description);
    }

    private Task<HealthCheckResult> Probe(Func<Task<IDurableSnapshot>> open) => Probe(_ => open());

    private Task<HealthCheckResult> Probe(Func<CancellationToken, Task<IDurableSnapshot>> open)
    {
        var check = new DatabaseIsReachable(new Inspector(open), time);
        return check.CheckHealthAsync(new HealthCheckContext
        {
            Registration = new HealthCheckRegistration("database", check, HealthStatus.Unhealthy, []),
        });
    }

    private sealed class Inspector(Func<CancellationToken, Task<IDurableSnapshot>> open) : IDurableInspector
    {
        public Task<IDurableSnapshot> OpenSnapshot(CancellationToken cancellationToken = default) => open(cancellationToken);
    }
}
