using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.TestingHost;

namespace GroupCommit.Specs.Outbox;

/// <summary>All parts together, on a real database: state, event and armed message in one commit, delivered and called.</summary>
public abstract class When_a_grain_commits_what_leaves_it<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_deliver_the_event_and_call_the_grain()
    {
        var deliveries = new Deliveries();
        await using var cluster = await Start(deliveries);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(grain => cluster.Client.GetGrain<IAlarm>($"alarm-{grain}").Set(TimeSpan.Zero)));

        for (var grain = 0; grain < 20; grain++)
        {
            var alarm = cluster.Client.GetGrain<IAlarm>($"alarm-{grain}");
            await Eventually.Is(async () => await alarm.Rung() == 1, "the grain was called");
            await Eventually.Is(() => deliveries[$"alarm-{grain}"] is [1, 2], "both events arrived, in order");
        }

        var dialect = cluster.GetSiloServiceProvider().GetRequiredService<IDialect>();
        await Eventually.Is(async () => (await dialect.ReadOutbox(0, 1, CancellationToken.None)).Count == 0, "the outbox is empty");
        await Eventually.Is(
            async () => (await dialect.Armed()).Count == 0, "all messages are settled");
    }

    [Fact]
    public async Task Should_go_on_after_a_restart()
    {
        var before = new Deliveries { OnEvent = (_, _) => throw new InvalidOperationException("Not now.") };
        await using (var cluster = await Start(before))
        {
            await cluster.Client.GetGrain<IAlarm>("ka").Set(TimeSpan.FromSeconds(2));
            await cluster.StopAllSilosAsync();
        }

        var after = new Deliveries();
        await using var restarted = await Start(after);
        await Eventually.Is(() => after["ka"] is [1, 2], "both events arrived, in order");
        Assert.Equal(1, await restarted.Client.GetGrain<IAlarm>("ka").Rung());
    }

    [Fact]
    public async Task Should_store_nothing_when_the_event_is_for_a_provider_that_does_not_exist()
    {
        await using var cluster = await Start(new Deliveries());
        var alarm = cluster.Client.GetGrain<IAlarm>("ka");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => alarm.PublishTo("evnets"));
        Assert.Contains("'evnets'", refused.Message, StringComparison.Ordinal);

        var dialect = cluster.GetSiloServiceProvider().GetRequiredService<IDialect>();
        Assert.Empty(await dialect.ReadOutbox(0, 1, CancellationToken.None));
    }

    private async Task<InProcessTestCluster> Start(Deliveries deliveries)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.ServiceId = SpecDatabase.ServiceId;
        builder.ConfigureSilo((_, silo) =>
        {
            Database.Use(silo);
            silo.AddOutboxStreams(SiloUnderTest.Provider);
            silo.Services.AddSingleton(deliveries);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}

public sealed class When_a_grain_commits_what_leaves_it_on_SQLite : When_a_grain_commits_what_leaves_it<SqliteFile>;

public sealed class When_a_grain_commits_what_leaves_it_on_PostgreSQL : When_a_grain_commits_what_leaves_it<SpecSchema>;

[Alias("specs.IAlarm")]
public interface IAlarm : IGrainWithStringKey
{
    [Alias("Set")]
    Task Set(TimeSpan after);

    [Alias("Rung")]
    Task<int> Rung();

    [Alias("PublishTo")]
    Task PublishTo(string provider);
}

[GenerateSerializer, Alias("specs.AlarmState")]
public sealed record AlarmState([property: Id(0)] int Rung);

/// <summary>Publishes 1 when it is set, 2 when it rings.</summary>
[GrainType("alarm"), Reentrant]
public sealed class AlarmGrain([Durable] IDurable<AlarmState> alarm, TimeProvider time) : Grain, IAlarm, IScheduledReceiver
{
    private StreamId Stream => StreamId.Create("single", this.GetPrimaryKeyString());

    public Task Set(TimeSpan after) => alarm.Commit(
        new AlarmState(0),
        new Outgoing().Publish(SiloUnderTest.Provider, Stream, new Happened(1)).Schedule(this.GetGrainId(), "ring", time.GetUtcNow() + after));

    public Task PublishTo(string provider) => alarm.Commit(new AlarmState(0), new Outgoing().Publish(provider, Stream, new Happened(1)));

    public async Task<int> Rung()
    {
        await alarm.WhenDurable();
        return alarm.State?.Rung ?? 0;
    }

    public async Task<ScheduledOutcome> ReceiveScheduled(ScheduledMessage message)
    {
        if (alarm.State is not { Rung: 0 })
            return ScheduledOutcome.Done; // A repeated call.

        await alarm.Commit(new AlarmState(1), new Outgoing().Publish(SiloUnderTest.Provider, Stream, new Happened(2)));
        return ScheduledOutcome.Done;
    }
}
