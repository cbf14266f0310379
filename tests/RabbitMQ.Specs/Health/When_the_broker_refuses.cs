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
        await Take(write: "^$");

        var refused = sender.Publish("refused");
        await Eventually.Is(async () => await sender.Parts.FindFault(default) == "the broker refuses events: its user may not publish");
        await Host.Management.SetPermissions(_user, ".*", ".*", ".*");
        await refused.Soon();
        await Eventually.Is(async () => await sender.Parts.FindFault(default) is null);
    }

    [Fact]
    public async Task Should_say_that_its_user_may_not_declare_until_he_may_again()
    {
        await using var sender = new Sender(await User());
        await sender.Publish("before").Soon();
        await Take(configure: "^$");

        await Eventually.Is(async () => await sender.Parts.FindFault(default)
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
        await refused.Soon();
        await Eventually.Is(async () => await sender.Parts.FindFault(default) is null);
    }

    [Fact]
    public async Task Should_say_that_its_user_is_not_let_in()
    {
        await using var sender = new Sender(new UriBuilder(Url) { Password = "wrong" }.Uri.AbsoluteUri);
        Assert.Equal("the broker refuses events: it does not let its user in", await sender.Parts.FindFault(default));
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
        await Take(read: "^$");

        await Eventually.Is(async () => await health.FindFault() == "the broker gives no events: a queue cannot be consumed");
        await Host.Management.SetPermissions(_user, ".*", ".*", ".*");
        await Eventually.Is(async () => await health.FindFault() is null);
    }

    /// <summary>The broker looks rights up once for each channel, so who has one open keeps them until it ends.</summary>
    private async Task Take(string configure = ".*", string write = ".*", string read = ".*")
    {
        await Host.Management.SetPermissions(_user, configure, write, read);
        // The management learns of a connection some seconds after it was made.
        await Eventually.Is(async () => await Host.Management.Connections() > 0);
        await Host.Management.CloseConnections("The spec cuts it.");
    }

    private async Task<string> User()
    {
        await Host.Management.PutUser(_user, Password);
        _hasUser = true;
        await Host.Management.SetPermissions(_user, ".*", ".*", ".*");
        return new UriBuilder(Url) { UserName = _user, Password = Password }.Uri.AbsoluteUri;
    }
}
