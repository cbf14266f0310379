using System.Text;
using Orleans.Streams.RabbitMQ;
using Orleans.Streams.RabbitMQ.Receiving;
using RabbitMQ.Client;

namespace RabbitMq.Specs.Receiving;

/// <summary>An inbox, and what a channel and a pulling agent do with it.</summary>
internal sealed class InboxUnderTest : IDisposable
{
    private readonly StreamMetrics _metrics = new("inbox", null);
    private readonly AckRound _round = new();
    private ulong _lastTag;
    private int _epoch;

    public InboxUnderTest(int maximumBatch = 64, int memory = 512)
    {
        Inbox = new Inbox(maximumBatch, memory, _metrics, TimeProvider.System);
        Begin();
    }

    public Inbox Inbox { get; }

    /// <summary>Another channel, whose tags begin at one.</summary>
    public int Begin()
    {
        _lastTag = 0;
        return _epoch = Inbox.Begin();
    }

    /// <summary>The channel brings a message.</summary>
    /// <returns>Whether it is news; then it waits in its stream.</returns>
    public bool Bring(string? id, string stream = "a", string body = "", bool redelivered = false, bool withContext = false, int? epoch = null)
    {
        var message = Message(id, body, redelivered);
        if (!Inbox.IsNew(epoch ?? _epoch, ++_lastTag, message))
            return false;

        var context = withContext ? new Dictionary<string, object> { ["of"] = id! } : null;
        Inbox.Add(epoch ?? _epoch, _lastTag, new Delivery(message, StreamId.Create("n", stream), new WireEvents([id ?? body], context)));
        return true;
    }

    /// <summary>The channel brings messages that are all news.</summary>
    public void BringAll(string stream, params string[] ids) => Assert.All(ids, id => Assert.True(Bring(id, stream)));

    /// <summary>A message that cannot be read.</summary>
    public Delivery BringUnreadable(string id)
    {
        var message = Message(id, "", redelivered: false);
        var delivery = new Delivery(message, default, new WireEvents([]));
        Assert.True(Inbox.IsNew(_epoch, ++_lastTag, message));
        Assert.True(Inbox.AddDeadLetter(_epoch, _lastTag, delivery));
        return delivery;
    }

    public List<RabbitMqBatch> Take(int limit = 100) => [.. Inbox.Take(limit).Cast<RabbitMqBatch>()];

    public RabbitMqBatch TakeOne() => Assert.Single(Take());

    public void Deliver(RabbitMqBatch batch)
    {
        Inbox.Settle(batch.Deliveries);
        Inbox.Release(batch.Lane!);
    }

    public void TakeBack(RabbitMqBatch batch, bool alone = false) => Inbox.TakeBack(batch.Lane!, batch.Deliveries, alone);

    /// <summary>The tags that would be acknowledged now: "..3" is all up to three.</summary>
    public string Acknowledge()
    {
        Inbox.TakeSettled(_round);
        return string.Join(' ', (string[])[.. _round.UpTo > 0 ? [$"..{_round.UpTo}"] : Array.Empty<string>(), .. _round.Alone.Select(tag => $"{tag}")]);
    }

    public static string[] IdsOf(RabbitMqBatch batch) => [.. batch.Deliveries.Select(delivery => delivery.Message.Id!)];

    public void Dispose()
    {
        _metrics.Dispose();
    }

    private static ReceivedMessage Message(string? id, string body, bool redelivered)
    {
        var properties = new BasicProperties();
        if (id is not null)
            properties.MessageId = id;
        return new ReceivedMessage("exchange", "key", redelivered, properties, Encoding.UTF8.GetBytes(body));
    }
}
