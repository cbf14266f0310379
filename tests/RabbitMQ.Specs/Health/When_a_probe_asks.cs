using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Health;

public sealed class When_a_probe_asks
{
    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(null, HealthStatus.Healthy)]
    [InlineData("the broker takes no messages: its disk is full", HealthStatus.Unhealthy)]
    public async Task Should_say_what_the_provider_says(string? fault, HealthStatus status)
    {
        var (_, got, description) = await Ask(Task.FromResult(fault));

        Assert.Equal((status, fault), (got, description));
    }

    [Fact]
    public async Task Should_not_wait_longer_than_who_asks_for_a_broker_that_hangs()
    {
        var asked = Ask(new TaskCompletionSource<string?>().Task);
        await Eventually.Is(() =>
        {
            // The probe runs on a thread of its own, and may only begin to wait now.
            _clock.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(asked.IsCompleted);
        });

        Assert.Equal(("rabbitmq", HealthStatus.Degraded, "the broker does not answer in time"), await asked);
    }

    private async Task<(string Name, HealthStatus Status, string? Description)> Ask(Task<string?> answer)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_clock)
            .AddKeyedSingleton<IRabbitMqStreamHealth>("events", new Provider(answer));
        services.AddHealthChecks().AddRabbitMqStreams("events", failureStatus: answer.IsCompleted ? null : HealthStatus.Degraded);
        await using var provider = services.BuildServiceProvider();
        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        return Assert.Single(report.Entries.Select(entry => (entry.Key, entry.Value.Status, entry.Value.Description)));
    }

    private sealed class Provider(Task<string?> answer) : IRabbitMqStreamHealth
    {
        public Task<string?> FindFault(CancellationToken cancellationToken = default) => answer;
    }
}
