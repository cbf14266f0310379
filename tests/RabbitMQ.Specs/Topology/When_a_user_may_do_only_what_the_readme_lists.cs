using RabbitMq.Specs.Packaging;

namespace RabbitMq.Specs.Topology;

public sealed class When_a_user_may_do_only_what_the_readme_lists : BrokerSpec
{
    private const string Name = "shop.events";
    private const string Password = "secret";

    private readonly string _user = $"user-{Guid.NewGuid():N}";

    [Fact]
    public async Task Should_declare_publish_deliver_put_aside_and_replay()
    {
        var url = await UserWith("silos, and clients that declare");

        await Work(url, declares: true);
    }

    [Fact]
    public async Task Should_do_the_same_without_configuring_what_is_there()
    {
        await using (await Silos.Start(Url, options => options.Name = Name))
        {
            // Declared by somebody who may.
        }

        var url = await UserWith("silos with DeclareTopology = false");

        await Work(url, declares: false);
    }

    [Fact]
    public async Task Should_publish_as_a_client()
    {
        await using (await Silos.Start(Url, options => options.Name = Name))
        {
            // Declared by somebody who may.
        }

        var url = await UserWith("clients with DeclareTopology = false");
        await using var client = new Sender(url, options => (options.Name, options.DeclareTopology) = (Name, false));

        await client.Publish("1").Soon();
    }

    public override async ValueTask DisposeAsync()
    {
        await Host.Management.DeleteUser(_user);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static async Task Work(string url, bool declares)
    {
        await using var silos = await Silos.Start(url, options =>
        {
            (options.Name, options.DeclareTopology) = (Name, declares);
            options.MaxEventDeliveryTime = TimeSpan.FromMilliseconds(300);
        });
        silos.Audience.Refuse("bad");
        await silos.Publish("a", "bad", "good");
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        silos.Audience.Relent();
        var letter = Assert.Single(await silos.DeadLetters.List());
        await silos.DeadLetters.Replay(letter.Id).Soon();

        await Eventually.Is(() => silos.Audience.Ids.ToHashSet().SetEquals(["good", "bad"]));
    }

    /// <summary>The README has three lines for each kind of user: configure, write, read.</summary>
    private async Task<string> UserWith(string role)
    {
        var lines = RabbitMqPackage.RabbitMq.Readme.Split('\n').SkipWhile(line => !line.StartsWith($"    {role}", StringComparison.Ordinal)).Take(3).ToList();
        var patterns = lines.Zip(["configure", "write", "read"], (line, right) => line.Split($" {right} ")[1].Trim()).ToList();
        await Host.Management.PutUser(_user, Password);
        await Host.Management.SetPermissions(_user, patterns[0], patterns[1], patterns[2]);
        return new UriBuilder(Url) { UserName = _user, Password = Password }.Uri.AbsoluteUri;
    }
}
