using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Streams;

namespace GroupCommit.Specs.Outbox;

/// <summary>So that a broker has fewer messages to carry.</summary>
public sealed class When_events_may_wait_for_others : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new();
    private readonly OutboxBuffer _buffer;
    private readonly QueueBuffer _queue;

    public When_events_may_wait_for_others()
    {
        var mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = 1 }, "p");
        _buffer = new OutboxBuffer("p", new OutboxLimits(1_000, 1_000, 5), mapper, Delay, item => item is "urgent", _time);
        _queue = _buffer[mapper.GetAllQueues().Single()];
        _buffer.AddPage(_buffer.NextPage()!.Value, []);
    }

    public void Dispose() => _buffer.Dispose();

    [Fact]
    public void Should_deliver_together_what_came_within_the_delay()
    {
        _buffer.HandOver([Patient(11, "a"), Patient(12, "b")]);
        _time.Advance(Delay / 2);
        _buffer.HandOver([Patient(13, "a")]);
        Assert.Empty(Taken());

        _time.Advance(Delay / 2);
        Assert.Equal([[11, 13], [12]], Taken());
    }

    [Fact]
    public void Should_wait_again_for_what_comes_later()
    {
        _buffer.HandOver([Patient(11, "a")]);
        _time.Advance(Delay);
        var delivery = Assert.Single(_buffer.Take(_queue, 10));
        _buffer.HandOver([Patient(12, "a")]);
        _buffer.Settle(delivery);
        Assert.Empty(Taken());

        _time.Advance(Delay);
        Assert.Equal([[12]], Taken());
    }

    [Fact]
    public void Should_not_wait_with_a_full_batch()
    {
        _buffer.HandOver([.. Enumerable.Range(11, 6).Select(id => Patient(id, "a"))]);
        var delivery = Assert.Single(_buffer.Take(_queue, 10));
        Assert.Equal([11, 12, 13, 14, 15], delivery.Rows.Select(row => row.Id));

        // The sixth has no company yet.
        _buffer.Settle(delivery);
        Assert.Empty(Taken());
    }

    [Fact]
    public void Should_let_the_first_event_of_an_entity_go_before_all_that_waits()
    {
        _buffer.HandOver([Patient(11, "a"), Urgent(12, "a", sequence: 1)]);
        var urgent = Assert.Single(_buffer.Take(_queue, 10));
        Assert.Equal([12], urgent.Rows.Select(row => row.Id));

        // What it went before is not delivered, so the position stays before that.
        _buffer.Settle(urgent);
        Assert.Equal(10, _buffer.Position()!.Position);
        _time.Advance(Delay);
        Assert.Equal([[11]], Taken());
        Assert.Equal(12, _buffer.Position()!.Position);
    }

    [Fact]
    public void Should_not_be_held_up_by_urgent_events_that_come_without_end()
    {
        _buffer.HandOver([Patient(11, "a"), Urgent(12, "a", sequence: 1)]);
        var urgent = Assert.Single(_buffer.Take(_queue, 10));
        _time.Advance(Delay);
        _buffer.HandOver([Urgent(13, "a", sequence: 1)]);
        _buffer.Settle(urgent);

        var both = Assert.Single(_buffer.Take(_queue, 10));
        Assert.Equal([13, 11], both.Rows.Select(row => row.Id));
        Assert.Equal(10, _buffer.Position()!.Position);
        _buffer.TakeBack(both, alone: false);
        Assert.Equal(10, _buffer.Position()!.Position);
        Assert.Equal([[13, 11]], Taken());
        Assert.Equal(13, _buffer.Position()!.Position);
    }

    [Fact]
    public void Should_take_a_full_batch_along_with_urgent_events()
    {
        _buffer.HandOver([.. Enumerable.Range(11, 5).Select(id => Patient(id, "a")), Urgent(16, "a", sequence: 1)]);
        Assert.Equal([16, 11, 12, 13, 14], Assert.Single(_buffer.Take(_queue, 10)).Rows.Select(row => row.Id));
    }

    [Fact]
    public void Should_deliver_at_once_when_the_silo_stops()
    {
        _buffer.HandOver([Patient(11, "a")]);
        _buffer.StopWaiting();
        Assert.Equal([[11]], Taken());

        _buffer.HandOver([Patient(12, "a")]);
        Assert.Equal([[12]], Taken());
    }

    [Fact]
    public void Should_go_on_waiting_after_a_full_batch()
    {
        _buffer.HandOver([Patient(11, "a")]);
        _time.Advance(Delay / 2);
        _buffer.HandOver([.. Enumerable.Range(12, 4).Select(id => Patient(id, "a"))]);
        Assert.Equal([[11, 12, 13, 14, 15]], Taken());

        _time.Advance(Delay / 2);
        _buffer.HandOver([Patient(16, "a")]);
        Assert.Empty(Taken());
    }

    /// <summary>An entity's events keep their order.</summary>
    [Fact]
    public void Should_take_along_what_waits_with_a_later_event()
    {
        _buffer.HandOver([Patient(11, "a"), Urgent(12, "a", sequence: 2)]);
        Assert.Equal([[11, 12]], Taken());
    }

    [Fact]
    public void Should_deliver_at_once_what_is_read_from_the_table_or_comes_again()
    {
        _buffer.HandOver([Patient(11, "a") with { Item = null }]);
        var delivery = Assert.Single(_buffer.Take(_queue, 10));
        _buffer.TakeBack(delivery, alone: false);

        Assert.Equal([[11]], Taken());
    }

    private List<long[]> Taken()
    {
        var taken = _buffer.Take(_queue, 10);
        taken.ForEach(_buffer.Settle);
        return [.. taken.Select(delivery => delivery.Rows.Select(row => row.Id).ToArray())];
    }

    private static OutboxRow Patient(long id, string stream) => Row(id, stream, "patient", id);

    private static OutboxRow Urgent(long id, string stream, long sequence) => Row(id, stream, "urgent", sequence);

    private static OutboxRow Row(long id, string stream, string item, long sequence) => new(id, "p", "s", stream, Array.Empty<byte>(), DateTimeOffset.UnixEpoch)
    {
        Item = item,
        Place = new LogPlace("log", $"{stream}/{id}", sequence),
    };
}
