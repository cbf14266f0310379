using Orleans.Configuration;
using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Streams;

namespace GroupCommit.Specs.Logs;

/// <summary>The position of a reader, which has to stand for all of its streams.</summary>
public sealed class When_streams_go_at_their_own_pace : IDisposable
{
    private readonly OutboxBuffer _buffer;
    private readonly QueueBuffer _queue;

    public When_streams_go_at_their_own_pace()
    {
        var mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = 1 }, "p");
        _buffer = new OutboxBuffer("p", new OutboxLimits(1_000, 1_000, 10), mapper);
        _queue = _buffer[mapper.GetAllQueues().Single()];
    }

    public void Dispose() => _buffer.Dispose();

    [Fact]
    public void Should_say_nothing_before_it_has_read_what_an_earlier_process_left()
    {
        _buffer.HandOver([Row(1, "a")]);
        Assert.Null(_buffer.Position());
    }

    [Fact]
    public void Should_be_before_the_oldest_that_is_not_delivered()
    {
        Begin();
        _buffer.HandOver([Row(11, "a"), Row(12, "b"), Row(13, "a"), Row(14, "b")]);
        Assert.Equal(10, Position());

        var deliveries = _buffer.Take(_queue, 10);
        _buffer.Settle(deliveries.Single(d => d.Rows[0].StreamKey == "b"));
        Assert.Equal(10, Position());

        _buffer.Settle(deliveries.Single(d => d.Rows[0].StreamKey == "a"));
        Assert.Equal(14, Position());
    }

    [Fact]
    public void Should_not_pass_what_comes_again()
    {
        Begin();
        _buffer.HandOver([Row(11, "a"), Row(12, "a")]);
        var delivery = Assert.Single(_buffer.Take(_queue, 10));

        _buffer.TakeBack(delivery, alone: true);
        Assert.Equal(10, Position());
        _buffer.Settle(Assert.Single(_buffer.Take(_queue, 10)));
        Assert.Equal(11, Position());
    }

    [Fact]
    public void Should_not_be_held_by_a_stream_that_is_far_behind()
    {
        Begin();
        _buffer.HandOver([Row(11, "slow"), Row(12, "a")]);
        var first = _buffer.Take(_queue, 10);
        var slow = first.Single(delivery => delivery.Rows[0].StreamKey == "slow");
        _buffer.Settle(first.Single(delivery => delivery != slow));
        _buffer.HandOver([Row(13 + OutboxBuffer.LateAfter, "a")]);
        _buffer.Settle(Assert.Single(_buffer.Take(_queue, 10)));

        var position = _buffer.Position()!;
        Assert.Equal(13 + OutboxBuffer.LateAfter, position.Position);
        Assert.Equal([("s/slow", 10L)], position.Late!.Select(late => (late.Key, late.Value)));

        _buffer.Settle(slow);
        Assert.Equal(13 + OutboxBuffer.LateAfter, Position());
    }

    private long Position()
    {
        var position = _buffer.Position()!;
        Assert.Null(position.Late);
        Assert.Equal(("p", (long?)null), (position.Reader, position.Owner));
        return position.Position;
    }

    private void Begin() => _buffer.AddPage(_buffer.NextPage()!.Value, []);

    private static OutboxRow Row(long id, string stream) => new(id, "p", "s", stream, Array.Empty<byte>(), DateTimeOffset.UnixEpoch)
    {
        Place = new LogPlace("log", stream, id),
    };
}
