using System.Globalization;
using System.Reflection;
using GroupCommit.Specs.GrainStorage;
using Orleans.Persistence.GroupCommit;
using Orleans.Storage;

namespace GroupCommit.Specs.Interop;

public sealed class When_both_providers_share_a_table : IAsyncLifetime
{
    private BothStorages _both = null!;

    public async ValueTask InitializeAsync() => _both = await BothStorages.Start();

    public ValueTask DisposeAsync() => _both.DisposeAsync();

    /// <summary>As Orleans itself writes the keys of its grain interfaces, and what else may be one.</summary>
    public static IEnumerable<string> AllKeys =>
    [
        "order:1", "k01", "héllo", "k+b", "12345678901234567", new string('y', 512),
        Text(GrainIdKeyExtensions.CreateIntegerKey(1)), Text(GrainIdKeyExtensions.CreateIntegerKey(0)), Text(GrainIdKeyExtensions.CreateIntegerKey(long.MinValue)),
        Text(GrainIdKeyExtensions.CreateIntegerKey(-1, "ext")), Text(GrainIdKeyExtensions.CreateIntegerKey(0xCAFE, "cafe")),
        Text(GrainIdKeyExtensions.CreateGuidKey(SomeGuid)), Text(GrainIdKeyExtensions.CreateGuidKey(SomeGuid, "ext")), Text(GrainIdKeyExtensions.CreateGuidKey(SomeGuid, "a+b")),
    ];

    private static Guid SomeGuid => new("d3c1a9f0-0001-4b7e-8c55-00ff10203040");

    [Theory, InlineData(true), InlineData(false)]
    public async Task Should_read_update_and_clear_what_the_other_one_wrote(bool oursFirst)
    {
        foreach (var key in AllKeys)
        {
            var (one, two) = (new Kept<Cart>(_both[oursFirst], key), new Kept<Cart>(_both[!oursFirst], key));

            await one.Write(new Cart { Text = key, Numbers = [1, 2] });
            await two.Read();
            Assert.Equal((true, "1", key), (two.Is.Exists, two.Is.ETag, two.State.Text));
            Assert.Equal([1, 2], two.State.Numbers);

            await two.Write(new Cart { Text = "changed" });
            await Assert.ThrowsAsync<InconsistentStateException>(() => one.Write());
            await one.Read();
            Assert.Equal((true, "2", "changed"), (one.Is.Exists, one.Is.ETag, one.State.Text));

            await one.Clear();
            Assert.Equal((false, "3"), one.Is);
            await two.Read();
            Assert.Equal((false, "3", ""), (two.Is.Exists, two.Is.ETag, two.State.Text));

            await two.Write(new Cart { Text = "back" });
            await one.Read();
            Assert.Equal((true, "4", "back"), (one.Is.Exists, one.Is.ETag, one.State.Text));
            await Assert.ThrowsAsync<InconsistentStateException>(() => new Kept<Cart>(_both[oursFirst], key).Write());
        }

        Assert.Equal(AllKeys.Count().ToString(CultureInfo.InvariantCulture), _both.Sql.Ask("SELECT count(*) FROM orleansstorage"));
    }

    [Fact]
    public async Task Should_write_the_same_columns()
    {
        foreach (var key in AllKeys)
        {
            await new Kept<Cart>(_both.Theirs, key, "theirs").Write(new Cart { Text = "x" });
            await new Kept<Cart>(_both.Ours, key, "ours").Write(new Cart { Text = "x" });
        }

        const string columns = "grainidhash, grainidn0, grainidn1, coalesce(grainidextensionstring, '(none)'), serviceid, encode(payloadbinary, 'hex'), version";
        Assert.Empty(_both.Sql.Query($"SELECT {columns} FROM orleansstorage WHERE graintypestring = 'theirs' "
            + $"EXCEPT SELECT {columns} FROM orleansstorage WHERE graintypestring = 'ours'"));
        Assert.Equal("t", _both.Sql.Ask("SELECT bool_and(abs(extract(epoch FROM modifiedon - now() AT TIME ZONE 'utc')) < 600)::text FROM orleansstorage")![..1]);
    }

    [Theory]
    [InlineData("cart")]
    [InlineData("Shop.Cart`1[[System.String, System.Private.CoreLib, Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e]]")]
    [InlineData("Shop.Cart`1[[System.String, System.Private.CoreLib, Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e]], Shop, Version=1.0.0.0")]
    [InlineData("Shop.Cart`2[[System.Int32, a, Version=1],[System.Collections.Generic.List`1[[System.Guid, b, Version=2]], c, Version=3]]")]
    [InlineData("Shop.Cart`1[[Shop.Item]]")]
    public async Task Should_name_states_alike(string stateName)
    {
        Assert.Equal(
            (string)typeof(AdoNetGrainStorage).GetMethod("ExtractBaseClass", BindingFlags.NonPublic | BindingFlags.Static)!.Invoke(null, [stateName])!,
            StateName.Of(stateName));

        await new Kept<Cart>(_both.Theirs, "k1", stateName).Write(new Cart { Text = stateName });
        var kept = new Kept<Cart>(_both.Ours, "k1", stateName);
        await kept.Read();

        Assert.Equal(stateName, kept.State.Text);
    }

    [Theory, InlineData("my`state"), InlineData("Outer`1+Inner`1[[System.Int32],[System.Int32]]"), InlineData("`"), InlineData("x`99999999999"), InlineData("Shop.Cart`1")]
    public async Task Should_take_names_that_the_other_one_stumbles_over(string stateName)
    {
        await Assert.ThrowsAnyAsync<Exception>(() => new Kept<Cart>(_both.Theirs, "k1", stateName).Write());

        await new Kept<Cart>(_both.Ours, "k1", stateName).Write(new Cart { Text = stateName });

        Assert.Equal(stateName, _both.Sql.Ask("SELECT graintypestring FROM orleansstorage"));
    }

    private static string Text(IdSpan key) => key.ToString()!;
}
