using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams.RabbitMQ;
using Orleans.Streams.RabbitMQ.Topology;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace RabbitMq.Specs.Topology;

/// <summary>A release that wants less than the one before it, whose bindings are on the broker.</summary>
public sealed class When_subscriptions_are_narrowed : BrokerSpec
{
    private const string Name = "narrowed";

    private static readonly string[] Streams = ["a", "b", "c", "d", "e", "f"];
    private static readonly RabbitMqSubscription Loud = new(Listener.Namespace, NoteEvents.Loud);
    private static readonly RabbitMqSubscription Quiet = new(Listener.Namespace, NoteEvents.Quiet);
    private static readonly RabbitMqSubscription All = new(Listener.Namespace);

    [Fact]
    public async Task Should_bring_former_events_until_they_are_removed_and_only_the_present_ones_then()
    {
        await Declare([Loud, Quiet]);
        await using var silos = await Silos.Start(Url, Options([Loud], former: [Quiet]));
        await Publish(silos, "before");
        await Hears(silos, ["before-quiet", "before-loud"]);

        await Bindings(silos.Services).RemoveFormer().Soon();
        await Bindings(silos.Services).RemoveFormer().Soon();
        await Publish(silos, "after");
        await Hears(silos, ["before-quiet", "before-loud", "after-loud"]);
    }

    [Fact]
    public async Task Should_bind_again_when_the_release_before_connects_again()
    {
        await using var silos = await Silos.Start(Url, Options([Loud], former: [Quiet]));
        await Bindings(silos.Services).RemoveFormer().Soon();
        await Publish(silos, "removed");
        await Hears(silos, ["removed-loud"]);

        await Declare([Loud, Quiet]);
        await Publish(silos, "back");
        await Hears(silos, ["removed-loud", "back-quiet", "back-loud"]);
    }

    [Fact]
    public async Task Should_keep_one_type_of_a_namespace()
    {
        await Declare([All]);
        await using var silos = await Silos.Start(Url, Options([Loud], former: [All]));

        await Bindings(silos.Services).RemoveFormer().Soon();
        await Publish(silos, "after");
        await Hears(silos, ["after-loud"]);
    }

    [Fact]
    public async Task Should_leave_what_is_in_the_queues_and_fail_what_the_release_before_still_publishes()
    {
        await using var before = new Sender(Url, Options([Loud, Quiet], former: []));
        await Publish(before, Quiet, "before-quiet").Soon();
        await using var narrowed = new Sender(Url, Options([Loud], former: [Quiet]));

        await new BoundQueues(narrowed.Parts).RemoveFormer(default).Soon();
        await Publish(narrowed, Quiet, "after-quiet").Soon();
        await Publish(narrowed, Loud, "after-loud").Soon();
        var refused = await Assert.ThrowsAsync<RabbitMqPublishException>(() => Publish(before, Quiet, "too-late").Soon());

        Assert.False(refused.MayBeStored);
        await using var reader = await Reader.Open(Url);
        Assert.Equal(["before-quiet", "after-loud"], await reader.DrainIds($"{Name}.0"));
    }

    [Fact]
    public async Task Should_be_removed_by_a_client_and_by_several_at_once()
    {
        await Declare([Loud, Quiet]);
        await using var silos = await Silos.Start(Url, Options([Loud], former: [Quiet]));
        await silos.Client();
        var bindings = new[] { silos.Services, silos.Cluster.Client.ServiceProvider }.Select(Bindings).ToList();

        await Task.WhenAll(bindings.Concat(bindings).Select(each => each.RemoveFormer())).Soon();
        Assert.Equal([$"{Listener.Namespace}.{NoteEvents.Loud}.0", $"{Listener.Namespace}.{NoteEvents.Loud}.1"], await Keys());
    }

    [Fact]
    public async Task Should_remove_nothing_when_somebody_else_declares()
    {
        await Declare([Loud, Quiet]);
        var before = await Keys();
        await using var narrowed = new Sender(Url, options =>
        {
            Options([Loud], former: [Quiet])(options);
            options.DeclareTopology = false;
        });

        await new BoundQueues(narrowed.Parts).RemoveFormer(default).Soon();
        Assert.Equal(4, before.Count);
        Assert.Equal(before, await Keys());
    }

    [Fact]
    public async Task Should_connect_to_nothing_without_former_ones()
    {
        await using var sender = new Sender("amqp://guest:guest@127.0.0.1:1/", Options([Loud], former: []));

        await new BoundQueues(sender.Parts).RemoveFormer(default).Soon();
    }

    [Fact]
    public async Task Should_say_that_the_broker_cannot_be_reached_and_do_it_later()
    {
        await Declare([Loud, Quiet]);
        await using var narrowed = new Sender(UrlBehindProxy, Options([Loud], former: [Quiet]));
        var bindings = new BoundQueues(narrowed.Parts);
        Proxy.Refuses = true;
        await Assert.ThrowsAsync<BrokerUnreachableException>(() => bindings.RemoveFormer(default).Soon());

        Proxy.Refuses = false;
        await bindings.RemoveFormer(default).Soon();
        Assert.Equal(2, (await Keys()).Count);
    }

    [Fact]
    public async Task Should_name_the_binding_that_the_user_may_not_remove()
    {
        await Declare([Loud, Quiet]);
        var user = $"user-{Guid.NewGuid():N}";
        await Host.Management.PutUser(user, "secret");
        await Host.Management.SetPermissions(user, configure: ".*", write: "^$", read: ".*");
        try
        {
            // Who may not remove may not declare either.
            var url = new UriBuilder(Url) { UserName = user, Password = "secret" }.Uri.AbsoluteUri;
            await using var poor = new Sender(url, options =>
            {
                Options([Loud], former: [Quiet])(options);
                options.DeclareTopology = false;
            });
            var open = await poor.Parts.Consuming.TryOpen(default).Soon();

            var refused = await Assert.ThrowsAsync<RabbitMqTopologyException>(() => poor.Parts.Topology.RemoveFormer(open, default).Soon());
            Assert.Contains($"removal of the binding '{Listener.Namespace}.{NoteEvents.Quiet}.0' of queue '{Name}.0'", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Host.Management.DeleteUser(user);
        }

        Assert.Equal(4, (await Keys()).Count);
    }

    private static Action<RabbitMqStreamOptions> Options(RabbitMqSubscription[] present, RabbitMqSubscription[] former) => options =>
    {
        options.Name = Name;
        options.ExchangeType = RabbitMqExchangeType.Topic;
        options.WireFormat = _ => new CloudEventsWireFormat(new NoteEvents());
        foreach (var each in present)
            options.Subscriptions.Add(each);
        foreach (var each in former)
            options.FormerSubscriptions.Add(each);
    };

    private static IRabbitMqBindings Bindings(IServiceProvider services) => services.GetRequiredKeyedService<IRabbitMqBindings>(Silos.Provider);

    /// <summary>As the release before does whenever it connects.</summary>
    private async Task Declare(RabbitMqSubscription[] present)
    {
        await using var before = new Sender(Url, Options(present, former: []));
        await before.Parts.Consuming.TryOpen(default).Soon();
    }

    /// <summary>To the first queue, as its streams do.</summary>
    private static Task Publish(Sender sender, RabbitMqSubscription what, string id) => sender.Parts.Publisher.Publish(
        Name, Names.RoutingKey(sender.Parts.Options, what.StreamNamespace, what.Type, 0), new Subscribed(sender.Parts.Options).Wants(what.StreamNamespace, what.Type),
        new BasicProperties { MessageId = id, DeliveryMode = DeliveryModes.Persistent }, new byte[100]);

    private async Task<List<string>> Keys() =>
        [.. (await Host.Management.Bindings()).Where(binding => binding.Source == Name).Select(binding => binding.RoutingKey).Order(StringComparer.Ordinal)];

    /// <summary>In each stream the loud one comes last.</summary>
    private static async Task Publish(Silos silos, string id)
    {
        foreach (var stream in Streams)
        {
            await silos.Stream(stream).OnNextAsync(new Note($"{id}-quiet")).Soon();
            await silos.Stream(stream).OnNextAsync(new Note($"{id}-loud", "loud")).Soon();
        }
    }

    private static async Task Hears(Silos silos, string[] ids)
    {
        await Eventually.Is(() => Streams.All(stream => silos.Audience.Heard.Contains((stream, ids[^1]))));
        Assert.All(Streams, stream => Assert.Equal(ids, silos.Audience.Heard.Where(heard => heard.Stream == stream).Select(heard => heard.Id)));
    }
}
