using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;

namespace GroupCommit.Specs.Logs;

/// <summary>An older release puts aside, or takes over, what a newer one has logged: it must not be lost for the newer one.</summary>
public sealed class When_an_entry_cannot_be_read
{
    private static readonly OutboxRow Entry = new(7, "p", "s", "k", new byte[] { 1, 2, 3 }, DateTimeOffset.UnixEpoch) { Place = new LogPlace("log", "entity", 4) };

    [Fact]
    public void Should_be_read_from_the_outbox_by_a_release_that_can()
    {
        var put = Formats(knows: false).ToOutbox(Entry);

        Assert.Equal((7, null), (put.Id, put.Place));
        Assert.Equal("entity 4: 1 2 3", Formats(knows: true).Read(put));
        Assert.Throws<FormatException>(() => Formats(knows: false).Read(put));
    }

    [Fact]
    public void Should_lie_in_the_outbox_as_any_event_when_it_can_be_read()
    {
        var put = Formats(knows: true).ToOutbox(Entry);

        Assert.Equal("entity 4: 1 2 3", Store.Formats.Read(put));
        Assert.Equal(put, Formats(knows: true).ToOutbox(put));
    }

    private static LogFormats Formats(bool knows)
    {
        var services = new ServiceCollection().AddSerializer().AddKeyedSingleton<IDurableLogFormat>("log", new Format(knows)).BuildServiceProvider();
        return new LogFormats(services, services.GetRequiredService<Serializer>());
    }

    private sealed class Format(bool knows) : IDurableLogFormat
    {
        public byte[] Write(object item) => throw new NotSupportedException();

        public object Read(string entity, long sequence, ReadOnlyMemory<byte> stored) =>
            knows ? $"{entity} {sequence}: {string.Join(' ', stored.ToArray())}" : throw new FormatException();
    }
}
