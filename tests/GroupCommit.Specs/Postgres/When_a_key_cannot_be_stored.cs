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
}
