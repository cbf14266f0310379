using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Projections;
using Orleans.Streams;

namespace GroupCommit.Specs.Hosting;

public sealed class When_options_are_wrong
{
    public static TheoryData<string, Action<GroupCommitOptions>> Faults => new()
    {
        { nameof(GroupCommitOptions.DatabasePath), options => options.DatabasePath = " " },
        { nameof(GroupCommitOptions.DatabasePath), options => options.DatabasePath = Path.GetTempPath() },
        { nameof(GroupCommitOptions.DatabasePath), options => options.ConnectionString = "Host=localhost;Database=shop" },
        { nameof(GroupCommitOptions.MaximumBatch), options => options.MaximumBatch = 0 },
        { nameof(GroupCommitOptions.QueueCapacity), options => options.QueueCapacity = 0 },
        { nameof(GroupCommitOptions.EnqueueTimeout), options => options.EnqueueTimeout = TimeSpan.Zero },
        { nameof(GroupCommitOptions.BusyTimeout), options => options.BusyTimeout = TimeSpan.FromSeconds(-1) },
        { nameof(GroupCommitOptions.LockTimeout), options => options.LockTimeout = TimeSpan.Zero },
        { nameof(GroupCommitOptions.LockTimeout), options => options.LockTimeout = TimeSpan.FromTicks(1) },
        { nameof(GroupCommitOptions.LockTimeout), options => (options.LockTimeout, options.StatementTimeout) = (TimeSpan.FromHours(25), TimeSpan.FromHours(24)) },
        { nameof(GroupCommitOptions.StatementTimeout), options => options.StatementTimeout = options.LockTimeout - TimeSpan.FromTicks(1) },
        { nameof(GroupCommitOptions.StatementTimeout), options => options.StatementTimeout = TimeSpan.FromHours(25) },
        { nameof(GroupCommitOptions.StartTimeout), options => options.StartTimeout = TimeSpan.FromTicks(-1) },
        { nameof(GroupCommitOptions.StartTimeout), options => options.StartTimeout = TimeSpan.FromHours(25) },
        { nameof(GroupCommitOptions.LogRetention), options => options.LogRetention = TimeSpan.Zero },
        { nameof(GroupCommitOptions.LogRetention), options => options.LogRetention = TimeSpan.FromMinutes(59) },
        { nameof(GroupCommitOptions.LogPollInterval), options => options.LogPollInterval = TimeSpan.Zero },
        { nameof(GroupCommitOptions.LogPollInterval), options => options.LogPollInterval = TimeSpan.FromDays(60) },
        { nameof(GroupCommitOptions.SchedulePollInterval), options => options.SchedulePollInterval = TimeSpan.Zero },
        { nameof(GroupCommitOptions.SchedulePollInterval), options => options.SchedulePollInterval = TimeSpan.FromDays(60) },
        { nameof(GroupCommitOptions.SchedulePollInterval), options => options.SchedulePollInterval = TimeSpan.FromTicks(1) },
        { nameof(GroupCommitOptions.ScheduleCallTimeout), options => options.ScheduleCallTimeout = TimeSpan.FromDays(60) },
        { nameof(GroupCommitOptions.ScheduleConcurrency), options => options.ScheduleConcurrency = 0 },
        { nameof(GroupCommitOptions.ScheduleCallTimeout), options => options.ScheduleCallTimeout = TimeSpan.Zero },
        { nameof(GroupCommitOptions.ScheduleRetryDelay), options => options.ScheduleRetryDelay = TimeSpan.Zero },
        { nameof(GroupCommitOptions.ScheduleRetryLimit), options => options.ScheduleRetryLimit = TimeSpan.FromMilliseconds(1) },
    };

    [Theory, MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Should_name_the_option(string option, Action<GroupCommitOptions> spoil)
    {
        var options = new GroupCommitOptions { DatabasePath = "store.db" };
        Validate(options);

        spoil(options);

        Assert.StartsWith($"GroupCommitOptions.{option} ", Assert.Throws<OrleansConfigurationException>(() => Validate(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_that_there_are_two_databases_or_none()
    {
        Assert.Contains("not both", Refusal(new GroupCommitOptions { DatabasePath = "store.db", ConnectionString = "Host=localhost" }), StringComparison.Ordinal);
        Assert.Contains("neither is set", Refusal(new GroupCommitOptions()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Database=shop;Username=u;Password=secret", " names no Host.")]
    [InlineData("Host=;Password=secret", " names no Host.")]
    [InlineData("Host=localhost;Password=secret;Port=many", " cannot be read: ")]
    [InlineData("Host=localhost;Password=secret;Colour=red", " cannot be read: ")]
    [InlineData("Host=localhost;Password='secret", " cannot be read: ")]
    [InlineData("Host=localhost;secret", " cannot be read: ")]
    [InlineData("postgresql://shop:secret@localhost/shop", " cannot be read: ")]
    public void Should_say_what_is_wrong_with_the_connection_string_and_never_tell_the_password(string connectionString, string fault)
    {
        var options = new GroupCommitOptions { ConnectionString = connectionString };
        var error = Assert.Throws<OrleansConfigurationException>(() => Validate(options));

        Assert.StartsWith($"GroupCommitOptions.{nameof(GroupCommitOptions.ConnectionString)}{fault}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(86_400_000, 86_400_000, 86_400_000)]
    public void Should_take_times_at_their_limits(int lockTimeout, int statementTimeout, int startTimeout) => Validate(new GroupCommitOptions
    {
        ConnectionString = "Host=localhost",
        LockTimeout = TimeSpan.FromMilliseconds(lockTimeout),
        StatementTimeout = TimeSpan.FromMilliseconds(statementTimeout),
        StartTimeout = TimeSpan.FromMilliseconds(startTimeout),
    });

    public static TheoryData<string, Action<DurableProjectionOptions>> ProjectionFaults => new()
    {
        { nameof(DurableProjectionOptions.Version), options => options.Version = 0 },
        { nameof(DurableProjectionOptions.MaximumBatch), options => options.MaximumBatch = 0 },
        { nameof(DurableProjectionOptions.Attempts), options => options.Attempts = 0 },
        { nameof(DurableProjectionOptions.ApplyTimeout), options => options.ApplyTimeout = TimeSpan.Zero },
        { nameof(DurableProjectionOptions.RetryDelay), options => options.RetryDelay = TimeSpan.FromHours(1) },
        { nameof(DurableProjectionOptions.RetryLimit), options => options.RetryLimit = TimeSpan.FromDays(2) },
    };

    [Theory, MemberData(nameof(ProjectionFaults), DisableDiscoveryEnumeration = true)]
    public void Should_name_the_projection_and_the_option(string option, Action<DurableProjectionOptions> spoil)
    {
        var options = new DurableProjectionOptions();
        var validator = new DurableProjectionValidator("list", options, hasDatabase: true);
        validator.ValidateConfiguration();

        spoil(options);

        var error = Assert.Throws<OrleansConfigurationException>(validator.ValidateConfiguration);
        Assert.StartsWith($"The projection 'list': DurableProjectionOptions.{option} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_that_a_projection_has_no_database() => Assert.Contains(
        "AddGroupCommit is missing",
        Assert.Throws<OrleansConfigurationException>(new DurableProjectionValidator("list", new DurableProjectionOptions(),
            hasDatabase: false).ValidateConfiguration).Message,
        StringComparison.Ordinal);

    public static TheoryData<string, Action<OutboxStreamOptions>> StreamFaults => new()
    {
        { nameof(OutboxStreamOptions.QueueCount), options => options.QueueCount = 0 },
        { nameof(OutboxStreamOptions.MaximumBatch), options => options.MaximumBatch = 0 },
        { nameof(OutboxStreamOptions.StreamLimit), options => options.StreamLimit = 0 },
        { nameof(OutboxStreamOptions.QueueLimit), options => options.QueueLimit = options.StreamLimit - 1 },
        { nameof(OutboxStreamOptions.MaxEventDeliveryTime), options => options.MaxEventDeliveryTime = TimeSpan.Zero },
        { nameof(OutboxStreamOptions.MaxEventDeliveryTime), options => options.MaxEventDeliveryTime = TimeSpan.FromDays(60) },
        { nameof(OutboxStreamOptions.SettlingDelay), options => options.SettlingDelay = TimeSpan.FromTicks(-1) },
        { nameof(OutboxStreamOptions.SettlingDelay), options => options.SettlingDelay = TimeSpan.FromDays(60) },
        { nameof(OutboxStreamOptions.PubSubType), options => options.PubSubType = StreamPubSubType.ExplicitGrainBasedAndImplicit },
    };

    [Theory, MemberData(nameof(StreamFaults), DisableDiscoveryEnumeration = true)]
    public void Should_name_the_provider_and_the_option(string option, Action<OutboxStreamOptions> spoil)
    {
        var options = new OutboxStreamOptions();
        var validator = new OutboxStreamOptionsValidator("events", options);
        validator.ValidateConfiguration();

        spoil(options);

        var error = Assert.Throws<OrleansConfigurationException>(validator.ValidateConfiguration);
        Assert.StartsWith($"Outbox stream provider 'events': {option} ", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<OutboxRelayOptions>> RelayFaults => new()
    {
        { nameof(OutboxRelayOptions.MaximumBatch), options => options.MaximumBatch = 0 },
        { nameof(OutboxRelayOptions.MaximumConcurrency), options => options.MaximumConcurrency = 0 },
        { nameof(OutboxRelayOptions.StreamLimit), options => options.StreamLimit = 0 },
        { nameof(OutboxRelayOptions.MemoryLimit), options => options.MemoryLimit = options.StreamLimit - 1 },
        { nameof(OutboxRelayOptions.SettlingDelay), options => options.SettlingDelay = TimeSpan.FromTicks(-1) },
        { nameof(OutboxRelayOptions.StopTimeout), options => options.StopTimeout = TimeSpan.FromDays(60) },
    };

    [Theory, MemberData(nameof(RelayFaults), DisableDiscoveryEnumeration = true)]
    public void Should_name_the_relay_and_the_option(string option, Action<OutboxRelayOptions> spoil)
    {
        var options = new OutboxRelayOptions();
        var validator = new OutboxRelayOptionsValidator("events", options);
        validator.ValidateConfiguration();

        spoil(options);

        var error = Assert.Throws<OrleansConfigurationException>(validator.ValidateConfiguration);
        Assert.StartsWith($"Outbox relay 'events': {option} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_not_start_the_silo()
    {
        using var database = new SqliteFile();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => SpecSilo.Start(database, options => options.MaximumBatch = -1));
        Assert.Contains(nameof(GroupCommitOptions.MaximumBatch), error.ToString(), StringComparison.Ordinal);
    }

    private static string Refusal(GroupCommitOptions options) => Assert.Throws<OrleansConfigurationException>(() => Validate(options)).Message;

    private static void Validate(GroupCommitOptions options) => new GroupCommitOptionsValidator(Options.Create(options)).ValidateConfiguration();
}
