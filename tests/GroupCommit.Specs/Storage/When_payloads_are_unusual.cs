using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Storage;

public sealed class When_payloads_are_unusual : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData(10 << 20)]
    public async Task Should_come_back_as_they_were(int size)
    {
        await using var store = await Store.Open(_folder.Database);
        var payload = new byte[size];
        new Random(size).NextBytes(payload);
        Assert.True(await store.Commit(Store.Write("a") with
        {
            Payload = payload,
            Entries = [new EntryWrite("m", "e", payload)],
            Outbox = [Store.Event("") with { Payload = payload }],
        }));

        var row = await store.Read("a");
        Assert.Equal(payload, row!.Payload);
        Assert.Equal(payload, Assert.Single(row.Entries).Payload);
        Assert.Equal(payload, (await store.Dialect.ReadOutbox(0, 1, CancellationToken.None))[0].Payload.ToArray());
    }
}
