using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Postgres;

public sealed class When_a_key_cannot_be_stored : IDisposable
{
    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    public static TheoryData<string, string> Keys => new()
    {
        { "with\0nul", "NUL" },
        { new string('x', 513), "513 characters; the column takes 512" },
        { "cafe", "'cafe'" },
        { "0012", "'0012'" },
        { "half\uD800", "UTF-16" },
    };

    [Theory, MemberData(nameof(Keys), DisableDiscoveryEnumeration = true)]
    public async Task Should_say_why(string key, string reason)
    {
        await using var store = await Store.Open(_database);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => store.Commit(Store.Write(key, outgoing: "never")));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, (await Assert.ThrowsAsync<ArgumentException>(() => store.Read(key))).Message, StringComparison.Ordinal);
        Assert.Empty(await store.Outbox());
        Assert.False(store.Committer.IsFailing);
    }

    [Theory]
    [InlineData("entry", "groupcommit_entries_pkey")]
    [InlineData("name", "groupcommit_schedules_pkey")]
    [InlineData("target", "groupcommit_schedules_pkey")]
    public async Task Should_fail_the_one_commit_whose_text_is_longer_than_an_index_takes(string what, string index)
    {
        await using var store = await Store.Open(_database);
        var text = Incompressible.Text(3_000);
        var write = Store.Write("culprit", outgoing: "never");
        ScheduleWrite Arm(string target, string name) => new(target, name, store.Committer.NextId(), DateTimeOffset.UnixEpoch);
        var held = store.Dialect.HoldNext();
        var first = store.Committer.Commit(Store.Write("first"));
        await held.Arrived;
        var before = Enumerable.Range(0, 10).Select(n => store.Committer.Commit(Store.Write($"before-{n}", outgoing: "event"))).ToList();
        var culprit = store.Committer.Commit(what switch
        {
            "entry" => write with { Entries = [new EntryWrite("map", text, new byte[] { 1 })] },
            "name" => write with { Schedules = [Arm("g/row", text)] },
            _ => write with { Schedules = [Arm($"g/{text}", "ring")] },
        });
        var after = Enumerable.Range(0, 10).Select(n => store.Committer.Commit(Store.Write($"after-{n}", outgoing: "event"))).ToList();
        held.Release();

        Assert.All(await Task.WhenAll([first, .. before, .. after]).Soon(), Assert.True);
        var refused = await Assert.ThrowsAsync<DurableStateLostException>(() => culprit.Soon());
        Assert.Matches($"index row size [0-9]+ exceeds .*maximum 2704 .*{index}.*Nothing of this write was stored", refused.Message);
        Assert.Null(await store.Read("culprit"));
        Assert.Equal(Enumerable.Repeat("event", 20), await store.Outbox());
        Assert.Empty(await store.Armed());
        Assert.False(store.Committer.IsFailing);
    }
}
