using System.Text;
using GroupCommit.Specs.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Orleans.TestingHost;

namespace GroupCommit.Specs.Logs;

/// <summary>All parts together: state and event in one commit, delivered from the log, which keeps it.</summary>
public abstract class When_a_grain_logs_an_event<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    private readonly Deliveries _deliveries = new();

    [Fact]
    public async Task Should_be_delivered_and_stay_in_the_form_of_its_log()
    {
        await using var cluster = await Start();
        var diary = cluster.Client.GetGrain<IDiary>("ka");
        for (var number = 1; number <= 3; number++)
            await diary.Write(number, "diary", "events");

        await Eventually.Is(() => _deliveries["ka"] is [1, 2, 3] && Database.Waiting == 0, "all were delivered");
        Assert.Equal(["ka 1 number 1", "ka 2 number 2", "ka 3 number 3"], Logged(cluster));
    }

    [Fact]
    public async Task Should_be_delivered_after_a_restart_as_its_log_reads_it()
    {
        _deliveries.OnEvent = (_, _) => throw new InvalidOperationException("Not now.");
        await using (var cluster = await Start())
        {
            await cluster.Client.GetGrain<IDiary>("ka").Write(1, "diary", "events");
            await cluster.StopAllSilosAsync();
        }

        _deliveries.OnEvent = (_, _) => Task.CompletedTask;
        await using var restarted = await Start();
        await Eventually.Is(() => Database.Waiting == 0, "it was delivered");
        Assert.Equal([1], _deliveries["ka"]);
    }

    [Fact]
    public async Task Should_only_be_logged_when_nobody_wants_it_or_is_to_be_told()
    {
        await using var cluster = await Start(wanted: number => number != 1);
        var diary = cluster.Client.GetGrain<IDiary>("ka");
        await diary.Write(1, "diary", "events");
        await diary.Write(2, "diary", provider: null);
        await diary.Write(3, "diary", "events");

        await Eventually.Is(() => _deliveries["ka"] is [3] && Database.Waiting == 0, "the one that is wanted was delivered");
        Assert.Equal(["ka 1 number 1", "ka 2 number 2", "ka 3 number 3"], Logged(cluster));
    }

    [Theory]
    [InlineData("", "events", "A name is missing")]
    [InlineData("di\0ary", "events", "NUL")]
    [InlineData("diary", "evnets", "'evnets'")]
    public async Task Should_store_nothing_when_it_cannot_be(string log, string provider, string why)
    {
        await using var cluster = await Start();

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => cluster.Client.GetGrain<IDiary>("ka").Write(1, log, provider));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Logged(cluster));
        Assert.Equal(0, Database.Waiting);
    }

    private static List<string> Logged(InProcessTestCluster cluster) => Store.ReadLog(
        cluster.GetSiloServiceProvider().GetRequiredService<Orleans.Persistence.GroupCommit.Storage.IDialect>(), "diary").GetAwaiter().GetResult();

    private async Task<InProcessTestCluster> Start(Func<int, bool>? wanted = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.ServiceId = SpecDatabase.ServiceId;
        builder.ConfigureSilo((_, silo) =>
        {
            Database.Use(silo);
            silo.AddOutboxStreams(SiloUnderTest.Provider, options =>
            {
                if (wanted is not null)
                    options.IsWanted = happened => wanted(((Happened)happened).Number);
            });
            silo.Services.AddSingleton(_deliveries);
            silo.Services.AddKeyedSingleton<IDurableLogFormat, InWords>("diary");
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    /// <summary>The number is the entry's own.</summary>
    private sealed class InWords : IDurableLogFormat
    {
        public byte[] Write(object item) => Encoding.UTF8.GetBytes($"number {((Happened)item).Number}");

        public object Read(string entity, long sequence, ReadOnlyMemory<byte> stored) =>
            Encoding.UTF8.GetString(stored.Span) == $"number {sequence}" ? new Happened((int)sequence) : throw new FormatException();
    }
}

public sealed class When_a_grain_logs_an_event_on_SQLite : When_a_grain_logs_an_event<SqliteFile>;

public sealed class When_a_grain_logs_an_event_on_PostgreSQL : When_a_grain_logs_an_event<SpecSchema>;

[Alias("specs.diary")]
public interface IDiary : IGrainWithStringKey
{
    [Alias("Write")]
    Task Write(int number, string log, string? provider);
}

[GenerateSerializer, Immutable, Alias("specs.diary-state")]
public sealed record DiaryState([property: Id(0)] int Newest);

[GrainType("diary"), Reentrant]
public sealed class DiaryGrain([Durable] IDurable<DiaryState> diary) : Grain, IDiary
{
    public Task Write(int number, string log, string? provider)
    {
        var (key, happened) = (this.GetPrimaryKeyString(), new Happened(number));
        return diary.Commit(new DiaryState(number), provider is null
            ? new Outgoing().Append(log, key, number, happened)
            : new Outgoing().Append(log, key, number, happened, provider, StreamId.Create("single", key)));
    }
}
