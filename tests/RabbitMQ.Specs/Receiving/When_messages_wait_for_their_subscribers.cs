namespace RabbitMq.Specs.Receiving;

public sealed class When_messages_wait_for_their_subscribers : IDisposable
{
    private readonly InboxUnderTest _queue = new(maximumBatch: 3);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Should_give_a_stream_again_only_when_its_batch_is_settled()
    {
        _queue.BringAll("a", "1", "2", "3", "4");
        var first = _queue.TakeOne();
        Assert.Equal(["1", "2", "3"], InboxUnderTest.IdsOf(first));
        Assert.Empty(_queue.Take());
        _queue.BringAll("a", "5");
        Assert.Empty(_queue.Take());

        _queue.Deliver(first);
        Assert.Equal(["4", "5"], InboxUnderTest.IdsOf(_queue.TakeOne()));
    }

    [Fact]
    public void Should_give_other_streams_meanwhile_in_the_order_of_their_arrival()
    {
        _queue.BringAll("a", "1");
        _queue.BringAll("b", "2");
        _queue.BringAll("c", "3");
        Assert.Equal(["1", "2"], _queue.Take(2).SelectMany(InboxUnderTest.IdsOf));
        Assert.Equal(["3"], _queue.Take(2).SelectMany(InboxUnderTest.IdsOf));
    }

    [Fact]
    public void Should_number_batches_upwards_over_all_streams_and_channels()
    {
        var last = 0L;
        for (var round = 0; round < 3; round++)
        {
            _queue.Begin();
            _queue.BringAll("a", $"a{round}");
            _queue.BringAll("b", $"b{round}");
            foreach (var batch in _queue.Take())
            {
                Assert.True(batch.Sequence > last);
                last = batch.Sequence;
                _queue.Deliver(batch);
            }
        }
    }

    [Fact]
    public void Should_let_a_request_context_travel_alone()
    {
        _queue.BringAll("a", "1");
        Assert.True(_queue.Bring("2", withContext: true));
        Assert.True(_queue.Bring("3", withContext: true));
        _queue.BringAll("a", "4", "5");
        List<string[]> batches = [];
        while (_queue.Take() is [var batch])
        {
            batches.Add(InboxUnderTest.IdsOf(batch));
            Assert.Equal(batch.Deliveries[0].Content.RequestContext, batch.RequestContext);
            _queue.Deliver(batch);
        }

        Assert.Equal([["1"], ["2"], ["3"], ["4", "5"]], batches);
    }

    [Fact]
    public void Should_try_alone_and_first_what_has_failed_in_company()
    {
        _queue.BringAll("a", "1", "2", "3", "4", "5");
        _queue.TakeBack(_queue.TakeOne(), alone: true);
        foreach (var id in new[] { "1", "2", "3" })
        {
            var alone = _queue.TakeOne();
            Assert.Equal([id], InboxUnderTest.IdsOf(alone));
            _queue.Deliver(alone);
        }

        Assert.Equal(["4", "5"], InboxUnderTest.IdsOf(_queue.TakeOne()));
    }

    [Fact]
    public void Should_offer_the_same_batch_once_more_when_that_is_wanted()
    {
        _queue.BringAll("a", "1", "2", "3", "4");
        _queue.TakeBack(_queue.TakeOne());
        Assert.Equal(["1", "2", "3"], InboxUnderTest.IdsOf(_queue.TakeOne()));
    }

    [Fact]
    public void Should_acknowledge_at_once_up_to_the_first_that_is_not_settled_and_others_alone()
    {
        _queue.BringAll("a", "1");
        _queue.BringAll("b", "2");
        _queue.BringAll("c", "3");
        _queue.BringAll("d", "4");
        var batches = _queue.Take();
        _queue.Deliver(batches[3]);
        _queue.Deliver(batches[1]);
        Assert.Equal("2 4", _queue.Acknowledge());
        _queue.Deliver(batches[0]);
        Assert.Equal("..1", _queue.Acknowledge());
        _queue.Deliver(batches[2]);
        Assert.Equal("..3", _queue.Acknowledge());
        Assert.Equal(0, _queue.Inbox.Count);
    }

    [Fact]
    public void Should_drop_a_copy_of_a_message_that_is_here_and_acknowledge_it()
    {
        var told = 0;
        _queue.BringAll("a", "1");
        var batch = _queue.TakeOne();
        _queue.Inbox.Settled = () => told++;
        Assert.False(_queue.Bring("1"));
        Assert.Equal(1, told);
        Assert.Equal("2", _queue.Acknowledge());
        _queue.Deliver(batch);
        Assert.Equal("..1", _queue.Acknowledge());
    }

    [Fact]
    public async Task Should_tell_who_waits_that_something_has_come()
    {
        var waiting = _queue.Inbox.WaitForMessages(Limits.Patience, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        _queue.BringAll("a", "1");
        Assert.True(await waiting.Soon());
        // Also of a stream that was out.
        var batch = _queue.TakeOne();
        _queue.BringAll("a", "2");
        var next = _queue.Inbox.WaitForMessages(Limits.Patience, CancellationToken.None);
        Assert.False(next.IsCompleted);
        _queue.Deliver(batch);
        Assert.True(await next.Soon());
    }
}
