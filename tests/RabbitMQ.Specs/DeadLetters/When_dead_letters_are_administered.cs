using Orleans.Streams.RabbitMQ;
using RabbitMQ.Client;

namespace RabbitMq.Specs.DeadLetters;

public sealed class When_dead_letters_are_administered : BrokerSpec
{
    private static void Impatient(RabbitMqStreamOptions options) =>
        (options.Name, options.MaxEventDeliveryTime) = ("office", TimeSpan.FromSeconds(1.5));

    [Fact]
    public async Task Should_list_them_with_their_reasons_and_leave_them_where_they_are()
    {
        await using var silos = await Silos.Start(Url, Impatient);
        silos.Audience.Refuse("p1", "p2", "p3");
        await silos.Publish("a", "p1");
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        await silos.Publish("a", "p2", "p3");
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 3);

        // More often than a broker of version 4 gives a message back by its default.
        for (var look = 0; look < 25; look++)
            Assert.Equal(3, (await silos.DeadLetters.List()).Count);
        var all = await silos.DeadLetters.List();
        Assert.Equal([all[1]], await silos.DeadLetters.List(skip: 1, limit: 1));
        Assert.Equal(Listener.Namespace, all[0].Stream!.Value.GetNamespace());
        Assert.Contains("I will not hear p1.", all[0].Reason, StringComparison.Ordinal);
        Assert.Contains(nameof(InvalidOperationException), all[0].Exception, StringComparison.Ordinal);
        Assert.InRange(all[0].Attempts, 1, silos.Audience.Offered.Count(note => note.Id == "p1"));
        Assert.Equal(all[0].Attempts > 1, all[0].FirstFailure < all[0].LastFailure);
        Assert.Equal(("office", 0), (all[0].Exchange, all[0].Body.Length));
        Assert.StartsWith("office.", all[0].Queue, StringComparison.Ordinal);
        Assert.Equal(all[0].Size, (await silos.DeadLetters.Peek(all[0].Id))!.Body.Length);
        Assert.Null(await silos.DeadLetters.Peek("no such id"));
    }

    [Fact]
    public async Task Should_replay_one_to_its_stream_under_the_same_id_and_to_nobody_else()
    {
        await using var silos = await Silos.Start(Url, Impatient);
        await using var reader = await Reader.Open(Url);
        await reader.Channel.QueueDeclareAsync("outsider", durable: true, exclusive: false, autoDelete: false);
        foreach (var partition in new[] { "0", "1" })
            await reader.Channel.QueueBindAsync("outsider", "office", partition);
        silos.Audience.Refuse("p1");
        await silos.Publish("a", "p1");
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        var id = (await silos.DeadLetters.List())[0].Id;

        // Still refused: it comes back, and says that it was replayed.
        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Replay(id));
        await Eventually.Is(async () => await silos.DeadLetters.List() is [{ Replays: 1 } again] && again.Id == id);

        silos.Audience.Relent();
        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Replay(id));
        await Eventually.Is(() => silos.Audience.Ids.Contains("p1"));
        Assert.Empty(await silos.DeadLetters.List());
        Assert.Equal(RabbitMqDeadLetterOutcome.NotFound, await silos.DeadLetters.Replay(id));
        Assert.Equal([id], await reader.DrainIds("outsider"));
    }

    [Fact]
    public async Task Should_discard_one()
    {
        await using var silos = await Silos.Start(Url, Impatient);
        silos.Audience.Refuse("p1", "p2");
        await silos.Publish("a", "p1", "p2");
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 2);
        var all = await silos.DeadLetters.List();

        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Discard(all[0].Id));
        Assert.Equal([all[1].Id], (await silos.DeadLetters.List()).Select(letter => letter.Id));
        Assert.Equal(RabbitMqDeadLetterOutcome.NotFound, await silos.DeadLetters.Discard(all[0].Id));
    }

    [Fact]
    public async Task Should_not_replay_what_names_no_stream()
    {
        await using var silos = await Silos.Start(Url, Impatient);
        await using var reader = await Reader.Open(Url);
        await reader.Channel.BasicPublishAsync("office", "0", mandatory: true, new BasicProperties(), "hello"u8.ToArray());
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);

        var letter = (await silos.DeadLetters.List())[0];
        Assert.StartsWith("sha256:", letter.Id, StringComparison.Ordinal);
        Assert.Contains("orleans-stream-key", letter.Reason, StringComparison.Ordinal);
        Assert.Equal(RabbitMqDeadLetterOutcome.NoStream, await silos.DeadLetters.Replay(letter.Id));
        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Discard(letter.Id));
        Assert.Equal(0, await silos.DeadLetters.Count());
    }

    [Fact]
    public async Task Should_take_copies_of_one_together_and_keep_a_strangers_message_of_the_same_id()
    {
        await using var silos = await Silos.Start(Url, Impatient);
        silos.Audience.Refuse("p1");
        await silos.Publish("a", "p1");
        await Eventually.Is(async () => await silos.DeadLetters.Count() == 1);
        var id = (await silos.DeadLetters.List())[0].Id;
        var body = (await silos.DeadLetters.Peek(id))!.Body;
        await using var reader = await Reader.Open(Url);
        foreach (var (stream, copy) in new[] { ("a", body.ToArray()), ("a", "another"u8.ToArray()), ("b", body.ToArray()) })
        {
            var headers = new Dictionary<string, object?> { ["orleans-stream-namespace"] = Listener.Namespace, ["orleans-stream-key"] = stream };
            await reader.Channel.BasicPublishAsync("", "office.dead-letters", mandatory: true, new BasicProperties { MessageId = id, Headers = headers }, copy);
        }

        Assert.Equal(RabbitMqDeadLetterOutcome.Done, await silos.DeadLetters.Discard(id));
        Assert.Equal("another"u8.ToArray(), (await silos.DeadLetters.Peek(id))!.Body.ToArray());
        Assert.Equal(["a", "b"], (await silos.DeadLetters.List()).Select(letter => letter.Stream!.Value.GetKeyAsString()).Order());
    }

    [Fact]
    public async Task Should_say_that_a_message_waited_for_too_long()
    {
        await using var sender = new Sender(Url, options => options.MessageTimeToLive = TimeSpan.FromMilliseconds(100));
        await sender.Publish("old").Soon();
        using var desk = new Orleans.Streams.RabbitMQ.DeadLetters.DeadLetterDesk(sender.Parts);

        await Eventually.Is(async () => await desk.Count(default) == 1);
        var letter = (await desk.List(0, 10, default))[0];
        Assert.Equal(("old", "specs.sender.0", "specs.sender", "0"), (letter.Id, letter.Queue, letter.Exchange, letter.RoutingKey));
        Assert.Contains("time to live", letter.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_refuse_to_look_further_than_it_can()
    {
        await using var sender = new Sender(Url);
        using var desk = new Orleans.Streams.RabbitMQ.DeadLetters.DeadLetterDesk(sender.Parts);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => desk.List(9_999, 2, default));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => desk.List(-1, 2, default));
    }
}
