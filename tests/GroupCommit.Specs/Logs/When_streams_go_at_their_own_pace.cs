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
    public void Should_follow_the_pages_while_an_earlier_process_left_many()
    {
        var page = _buffer.NextPage()!.Value;
        _buffer.AddPage(page, [.. Enumerable.Range(1, page.Limit).Select(n => Row(n, n % 2 == 0 ? "even" : "odd"))]);
        Assert.Equal(0, Position());

        while (_buffer.Take(_queue, 10) is { Count: > 0 } deliveries)
        {
            foreach (var delivery in deliveries)
                _buffer.Settle(delivery);
        }

        Assert.Equal(page.Limit, Position());
        _buffer.Inherited = page.Limit + 1;
        Assert.Null(_buffer.Position());
    }

    /// <summary>Nothing new may come for hours.</summary>
    [Fact]
    public void Should_pass_what_an_earlier_process_left_when_it_is_delivered()
    {
        _buffer.AddPage(_buffer.NextPage()!.Value, [Row(7, "a"), Row(8, "b")]);
        Assert.Equal(6, Position());

        foreach (var delivery in _buffer.Take(_queue, 10))
            _buffer.Settle(delivery);

        Assert.Equal(8, Position());
    }

    /// <summary>The writer has stored it, and hands it over in a moment.</summary>
    [Fact]
    public void Should_not_pass_what_a_page_has_shown_and_nobody_has_handed_over()
    {
        Begin();
        for (var id = 11; id <= 11 + 1_100; id++)
            _buffer.HandOver([Row(id, "slow")]);
        var held = _buffer.Take(_queue, 1);
        Assert.NotEmpty(held);
        for (; held is [var delivery]; held = _buffer.Take(_queue, 1))
            _buffer.Settle(delivery);

        var page = _buffer.NextPage()!.Value;
        _buffer.AddPage(page, [.. Enumerable.Range((int)page.After + 1, 20).Select(id => Row(id, "slow")), Row(5_000, "another")]);

        Assert.InRange(_buffer.Position()!.Position, 11, 4_999);
    }

    [Fact]
    public void Should_go_on_with_those_of_other_providers()
    {
        Begin();
        _buffer.HandOver([Row(11, "a")]);
        _buffer.Settle(Assert.Single(_buffer.Take(_queue, 10)));
        _buffer.HandOver([Row(12, "a") with { Provider = "another" }, Row(13, "a") with { Provider = "" }]);

        Assert.Equal(13, Position());
    }

    /// <summary>Hours later memory is full: what it delivered then is not to be read again.</summary>
    [Fact]
    public void Should_read_on_from_its_newest_event_when_a_stream_that_was_idle_has_no_room()
    {
        Begin();
        _buffer.HandOver([Row(11, "idle")]);
        _buffer.Settle(Assert.Single(_buffer.Take(_queue, 10)));
        // Each may exceed the limit by a batch, until they hold twice as much together.
        for (var id = 100_000; id < 110_000; id++)
            _buffer.HandOver([Row(id, $"s{id % 50}")]);

        _buffer.HandOver([Row(200_000, "idle")]);

        Assert.DoesNotContain("s/idle", _buffer.Position()!.Late?.Where(late => late.Value < 199_999).Select(late => late.Key) ?? []);
    }

    [Fact]
    public void Should_begin_with_the_slower_of_two_streams_of_one_name()
    {
        Begin();
        _buffer.HandOver([Row(11, "c") with { StreamNamespace = "a/b" }, Row(12, "b/c") with { StreamNamespace = "a" }]);
        Assert.Equal(2, _buffer.Take(_queue, 10).Count);
        _buffer.HandOver([Row(13 + OutboxBuffer.LateAfter, "else") with { Provider = "another" }]);

        Assert.Equal([("a/b/c", 10L)], _buffer.Position()!.Late!.Select(late => (late.Key, late.Value)));
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
