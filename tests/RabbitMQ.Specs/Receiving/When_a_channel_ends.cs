namespace RabbitMq.Specs.Receiving;

/// <summary>What an inbox does with messages that the broker sends again. (Its tags mean nothing on the next channel.)</summary>
public sealed class When_a_channel_ends : IDisposable
{
    private readonly InboxUnderTest _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Should_ignore_what_a_dead_channel_still_brings()
    {
        var dead = _queue.Begin();
        _queue.Begin();
        Assert.False(_queue.Bring("late", epoch: dead));
        Assert.Empty(_queue.Take());
        Assert.Equal(0, _queue.Inbox.Count);
    }

    [Fact]
    public void Should_file_nothing_of_a_channel_that_ends_meanwhile()
    {
        var unreadable = _queue.BringUnreadable("unreadable");
        var dead = unreadable.Epoch;
        _queue.Begin();
        Assert.False(_queue.Inbox.AddDeadLetter(dead, 7, unreadable));
        _queue.Inbox.Add(dead, 8, unreadable);
        Assert.Empty(_queue.Take());
        Assert.Equal(0, _queue.Inbox.Count);
    }

    [Fact]
    public void Should_wait_for_waiting_messages_to_come_again_and_deliver_them_once()
    {
        _queue.BringAll("a", "1", "2");
        _queue.Begin();
        Assert.Empty(_queue.Take());

        Assert.True(_queue.Bring("1", redelivered: true));
        Assert.True(_queue.Bring("2", redelivered: true));
        Assert.Equal(["1", "2"], InboxUnderTest.IdsOf(_queue.TakeOne()));
        Assert.Empty(_queue.Take());
    }

    [Fact]
    public void Should_not_deliver_twice_what_is_being_delivered_but_answer_for_it_on_the_new_channel()
    {
        _queue.BringAll("other", "0");
        _queue.BringAll("a", "1", "2");
        var other = _queue.Take(1).Single();
        var batch = _queue.TakeOne();
        _queue.Begin();
        Assert.False(_queue.Bring("1", redelivered: true));
        Assert.False(_queue.Bring("2", redelivered: true));
        Assert.Equal("", _queue.Acknowledge());

        _queue.Deliver(batch);
        Assert.Equal("..2", _queue.Acknowledge());
        _queue.Deliver(other);
        Assert.Equal("", _queue.Acknowledge());
    }

    [Fact]
    public void Should_answer_at_once_for_what_was_delivered_while_there_was_no_channel()
    {
        _queue.BringAll("a", "1");
        var batch = _queue.TakeOne();
        _queue.Begin();
        _queue.Deliver(batch);
        Assert.Equal("", _queue.Acknowledge());

        Assert.False(_queue.Bring("1", redelivered: true));
        Assert.Equal("..1", _queue.Acknowledge());
    }

    [Fact]
    public void Should_answer_once_more_for_what_was_settled_or_answered_before()
    {
        _queue.BringAll("a", "settled");
        _queue.Deliver(_queue.TakeOne());
        _queue.BringAll("b", "answered");
        _queue.Deliver(_queue.TakeOne());
        _queue.Acknowledge();
        _queue.BringAll("c", "later");
        _queue.Deliver(_queue.TakeOne());
        _queue.Begin();

        Assert.False(_queue.Bring("settled", redelivered: true));
        Assert.False(_queue.Bring("answered", redelivered: true));
        Assert.False(_queue.Bring("later", redelivered: true));
        Assert.Equal("..3", _queue.Acknowledge());
    }

    [Fact]
    public void Should_deliver_a_second_publication_of_an_answered_message()
    {
        _queue.BringAll("a", "1");
        _queue.Deliver(_queue.TakeOne());
        _queue.Acknowledge();
        Assert.True(_queue.Bring("1", redelivered: false));
    }

    [Fact]
    public void Should_forget_the_oldest_of_more_than_it_remembers()
    {
        using var queue = new InboxUnderTest(memory: 2);
        queue.BringAll("a", "1", "2", "3");
        queue.Deliver(queue.TakeOne());
        queue.Acknowledge();
        queue.Begin();
        Assert.True(queue.Bring("1", redelivered: true));
        Assert.False(queue.Bring("2", redelivered: true));
        Assert.False(queue.Bring("3", redelivered: true));
    }

    [Fact]
    public void Should_deliver_what_nobody_here_has_had()
    {
        Assert.True(_queue.Bring("of another silo", redelivered: true));
        Assert.Equal(["of another silo"], InboxUnderTest.IdsOf(_queue.TakeOne()));
    }

    [Fact]
    public void Should_deliver_again_a_batch_that_failed_only_after_the_broker_has_sent_it_again()
    {
        _queue.BringAll("a", "1", "2");
        var batch = _queue.TakeOne();
        _queue.Begin();
        Assert.False(_queue.Bring("1", redelivered: true));
        _queue.TakeBack(batch);
        Assert.Equal(["1"], InboxUnderTest.IdsOf(_queue.TakeOne()));
        Assert.True(_queue.Bring("2", redelivered: true));
    }

    [Fact]
    public void Should_deliver_the_replay_of_a_dead_letter()
    {
        _queue.BringAll("a", "poison");
        var batch = _queue.TakeOne();
        _queue.Inbox.GiveUp(batch.Deliveries[0]);
        _queue.Inbox.Release(batch.Lane!);
        // Its dead letter may be replayed before it is answered for here.
        Assert.True(_queue.Bring("poison", redelivered: false));
        _queue.Inbox.Settle(batch.Deliveries);
        Assert.Equal("..1", _queue.Acknowledge());
        _queue.Begin();
        Assert.True(_queue.Bring("poison", redelivered: true));
    }

    [Fact]
    public void Should_not_remember_what_could_not_be_read()
    {
        _queue.Inbox.Settle([_queue.BringUnreadable("unreadable")]);
        Assert.Equal("..1", _queue.Acknowledge());
        _queue.Begin();
        Assert.True(_queue.Bring("unreadable", redelivered: true));
    }

    [Fact]
    public void Should_take_no_id_for_a_message()
    {
        Assert.True(_queue.Bring("id", body: "one"));
        Assert.True(_queue.Bring("id", body: "another"));
        Assert.True(_queue.Bring(null, body: "none"));
        Assert.True(_queue.Bring(null, body: "none"));
        var batch = _queue.TakeOne();
        Assert.Equal(4, batch.Deliveries.Count);
        _queue.Deliver(batch);
        Assert.Equal("..4", _queue.Acknowledge());

        _queue.Begin();
        Assert.False(_queue.Bring("id", body: "one", redelivered: true));
        Assert.True(_queue.Bring("id", body: "a third", redelivered: true));
        Assert.True(_queue.Bring(null, body: "none", redelivered: true));
    }
}
