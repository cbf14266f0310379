using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streams.RabbitMQ;
using Orleans.Streams.RabbitMQ.Publishing;

namespace RabbitMq.Specs.Health;

/// <summary>It answers, and takes or gives nothing: whoever only looks for a connection finds it well. (Of its alarms: When_the_broker_fails_while_publishing.)</summary>
public sealed class When_the_broker_refuses : BrokerSpec
{
    private const string Password = "secret";
    private readonly string _user = $"user-{Guid.NewGuid():N}";
    private readonly FakeTimeProvider _time = new();
    private bool _hasUser;

    public override async ValueTask DisposeAsync()
    {
        if (_hasUser)
            await Host.Management.DeleteUser(_user);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Should_say_that_its_user_may_not_publish_until_he_may_again()
    {
        await using (var declares = new Sender(Url))
            await declares.Publish("declared").Soon();
        await using var sender = new Sender(await User(), options => options.DeclareTopology = false);
        await sender.Publish("before").Soon();
        Assert.Null(await sender.Parts.FindFault(default));
        await Host.Management.SetPermissions(_user, ".*", write: "^$", ".*");

        var refused = Task.CompletedTask;
        await CutUntil(async () =>
        {
            // What a channel of before has taken was none.
            if (refused.IsCompleted)
                refused = sender.Publish("refused");
            return await sender.Parts.FindFault(default) == "the broker refuses events: its user may not publish";
        });
        await Host.Management.SetPermissions(_user, ".*", ".*", ".*");
        await refused.Soon();
        await Eventually.Is(async () => await sender.Parts.FindFault(default) is null);
    }

    [Fact]
    public async Task Should_say_that_its_user_may_not_declare_until_he_may_again()
    {
        await using var sender = new Sender(await User());
        await sender.Publish("before").Soon();
        await Host.Management.SetPermissions(_user, configure: "^$", ".*", ".*");

        await CutUntil(async () => await sender.Parts.FindFault(default)
            == "the broker refuses events: an exchange or a queue is declared otherwise, or its user may not declare it");
        await Host.Management.SetPermissions(_user, ".*", ".*", ".*");
        await Eventually.Is(async () => await sender.Parts.FindFault(default) is null);
    }

    [Fact]
    public async Task Should_say_that_a_queue_is_full_and_forget_it_after_a_while()
    {
        await using var sender = new Sender(Url, options => options.MaxLength = 1, _time);
        await Eventually.Is(async () =>
        {
            try
            {
                await sender.Publish("one too many").Soon();
                return false;
            }
            catch (RabbitMqPublishException)
            {
                return true;
            }
        });

        Assert.Equal("the broker refuses events: a queue is full, or fails", await sender.Parts.FindFault(default));
        _time.Advance(BrokerRefusals.Memory);
        Assert.Null(await sender.Parts.FindFault(default));
    }

    [Fact]
    public async Task Should_say_that_no_queue_takes_an_event()
    {
        await using var sender = new Sender(Url);
        await Assert.ThrowsAsync<RabbitMqPublishException>(() => sender.Publish("lost", partition: 77).Soon());
        Assert.Equal("the broker refuses events: no queue takes them", await sender.Parts.FindFault(default));
    }

    [Fact]
    public async Task Should_say_that_the_exchange_is_gone_where_it_may_not_declare_it()
    {
        await using (var declares = new Sender(Url))
            await declares.Publish("declared").Soon();
        await using var sender = new Sender(Url, options => options.DeclareTopology = false);
        await sender.Publish("before").Soon();
        await Host.Management.DeleteExchange("specs.sender");

        var refused = sender.Publish("refused");
        await Eventually.Is(async () => await sender.Parts.FindFault(default) == "the broker refuses events: what they are published to is not there");
        await using (var declares = new Sender(Url))
            await declares.Publish("declared again").Soon();
        // Between the exchange and its queues there was none that takes it.
        if (await Record.ExceptionAsync(() => refused.Soon()) is { } fault)
            Assert.IsType<RabbitMqPublishException>(fault);
        await Eventually.Is(async () => await sender.Parts.FindFault(default) is null);
    }

    [Fact]
    public async Task Should_say_that_its_user_is_not_let_in()
    {
        await using var sender = new Sender(new UriBuilder(Url) { Password = "wrong" }.Uri.AbsoluteUri);
        Assert.Equal("the broker refuses events: it does not let its user in", await sender.Parts.FindFault(default));
    }

    /// <summary>Whoever asks for health does so every few seconds, for as long as it lasts.</summary>
    [Fact]
    public async Task Should_log_once_why_it_is_not_let_in()
    {
        var log = new LogLines();
        await using var sender = new Sender(new UriBuilder(Url) { Password = "wrong" }.Uri.AbsoluteUri, log: log);
        for (var asked = 0; asked < 3; asked++)
            Assert.NotNull(await sender.Parts.FindFault(default));

        Assert.Single(log.All, line => line.Contains("reports that it is unhealthy", StringComparison.Ordinal));
    }

    /// <summary>Its reader may just be leaving it to another one.</summary>
    [Fact]
    public async Task Should_say_nothing_of_a_queue_that_cannot_be_read_once()
    {
        await using (await Silos.Start(Url, options => (options.Name, options.QueueCount) = ("declared", 1)))
        {
            // By somebody who may.
        }

        var log = new LogLines();
        await using var silos = await Silos.Start(
            await User(), options => (options.Name, options.QueueCount, options.DeclareTopology) = ("declared", 1, false), and: silo =>
            {
                log.Hear(silo);
                silo.Services.AddKeyedSingleton<TimeProvider>(Orleans.Streams.StreamingTimeProviderNames.Streaming, _time);
            });
        var health = silos.Services.GetRequiredKeyedService<IRabbitMqStreamHealth>(Silos.Provider);
        await Eventually.Is(() => Has("Consuming "));
        await Host.Management.SetPermissions(_user, ".*", ".*", read: "^$");
        await CutUntil(() => Task.FromResult(Has("is no longer consumed")));

        await Eventually.Is(() => Has("cannot be consumed") || Passes());
        Assert.Null(await health.FindFault());
        await Eventually.Is(async () => await health.FindFault() == "the broker gives no events: a queue cannot be consumed" || Passes());

        bool Has(string words) => log.All.Any(line => line.Contains(words, StringComparison.Ordinal));

        // Less than the shortest pause between two attempts.
        bool Passes()
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            return false;
        }
    }

    [Fact]
    public async Task Should_say_that_queues_cannot_be_read_until_they_can()
    {
        await using (await Silos.Start(Url, options => options.Name = "declared"))
        {
            // By somebody who may.
        }

        await using var silos = await Silos.Start(await User(), options => (options.Name, options.DeclareTopology) = ("declared", false));
        var health = silos.Services.GetRequiredKeyedService<IRabbitMqStreamHealth>(Silos.Provider);
        Assert.Null(await health.FindFault());
        await Host.Management.SetPermissions(_user, ".*", ".*", read: "^$");

        await CutUntil(async () => await health.FindFault() == "the broker gives no events: a queue cannot be consumed");
        await Host.Management.SetPermissions(_user, ".*", ".*", ".*");
        await Eventually.Is(async () => await health.FindFault() is null);
    }

    /// <summary>
    /// The broker looks rights up once for each channel, so who has one open keeps them until it ends. The management learns of a connection some seconds after
    /// it was made, so those that it knows are not always all.
    /// </summary>
    private Task CutUntil(Func<Task<bool>> condition) => Eventually.Is(async () =>
    {
        if (await condition())
            return true;

        await Host.Management.CloseConnections("The spec cuts it.");
        return false;
    });

    private async Task<string> User()
    {
        await Host.Management.PutUser(_user, Password);
        _hasUser = true;
        await Host.Management.SetPermissions(_user, ".*", ".*", ".*");
        return new UriBuilder(Url) { UserName = _user, Password = Password }.Uri.AbsoluteUri;
    }
}
