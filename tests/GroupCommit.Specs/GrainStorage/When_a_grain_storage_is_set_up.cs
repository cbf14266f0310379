using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.TestingHost;

namespace GroupCommit.Specs.GrainStorage;

public sealed class When_a_grain_storage_is_set_up : OnEachDatabase<SqliteFile>
{
    [Fact]
    public async Task Should_write_JSON_as_Orleans_does()
    {
        await using var silo = await StorageSilo.Start(Database);
        await new Kept<Cart>(silo.Ours, "k1").Write(new Cart { Text = "hello" });

        var expected = silo.Services.GetRequiredService<IGrainStorageSerializer>().Serialize(new Cart { Text = "hello" }).ToString();
        Assert.Contains("\"hello\"", expected, StringComparison.Ordinal);
        Assert.Equal(expected, new BinaryData(await Payload(silo)).ToString());
    }

    [Fact]
    public async Task Should_use_the_serializer_it_was_given()
    {
        await using var silo = await StorageSilo.Start(Database, silo => silo.Services.AddOptions<Orleans.Persistence.GroupCommit.GroupCommitGrainStorageOptions>("ours")
            .Configure<Serializer>((options, serializer) => options.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer)));
        await new Kept<Cart>(silo.Ours, "k1").Write(new Cart { Text = "hello" });

        Assert.Equal("hello", silo.Services.GetRequiredService<Serializer>().Deserialize<Cart>(await Payload(silo))!.Text);
    }

    [Fact]
    public async Task Should_refuse_to_store_nothing_at_all_as_a_state()
    {
        await using var silo = await StorageSilo.Start(
            Database, silo => silo.AddGroupCommitGrainStorage("mute", options => options.GrainStorageSerializer = new Mute()));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => new Kept<Cart>(silo.Storage("mute"), "k1").Write());

        Assert.Contains("'mute'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_warn_once_of_grain_types_that_share_a_name()
    {
        await using var silo = await StorageSilo.Start(Database);
        var state = new GrainState<Cart>();
        foreach (var type in (string[])["shelf", "table", "shelf", "table"])
            await silo.Ours.ReadStateAsync("cart", GrainId.Create(type, "k1"), state);
        await silo.Ours.ReadStateAsync("other", GrainId.Create("table", "k1"), state);

        var warning = Assert.Single(silo.Log.At(LogLevel.Warning), line => line.Contains("share a row", StringComparison.Ordinal));
        Assert.Contains("'shelf' and 'table' both keep a state named 'cart'", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_at_start_that_the_database_is_missing()
    {
        var builder = new InProcessTestClusterBuilder(1) { Options = { ConfigureFileLogging = false } };
        builder.ConfigureSilo((_, silo) => silo.AddGroupCommitGrainStorage("lonely"));
        await using var cluster = builder.Build();

        var refused = await Assert.ThrowsAnyAsync<Exception>(cluster.DeployAsync);

        Assert.Contains("The grain storage 'lonely' has no database: AddGroupCommit is missing.", refused.ToString(), StringComparison.Ordinal);
    }

    private static async Task<byte[]> Payload(StorageSilo silo) =>
        (await silo.Dialect.Inner.Read([new RowId("cart", "k1")], CancellationToken.None))[0]!.Payload;

    private sealed class Mute : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new([]);

        public T? Deserialize<T>(BinaryData input) => default;
    }
}
