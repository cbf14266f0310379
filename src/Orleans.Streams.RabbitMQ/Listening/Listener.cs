using System.Globalization;
using Orleans.Streams.RabbitMQ.Authentication;
using Orleans.Streams.RabbitMQ.Connections;
using Orleans.Streams.RabbitMQ.Topology;
using Orleans.Streams.RabbitMQ.Wire;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Orleans.Streams.RabbitMQ.Listening;

/// <summary>
/// One consumer of one queue, and the marks that it sends there itself: a queue keeps its order, so when a mark comes back, all that had
/// been confirmed before it has come, too.
/// </summary>
internal sealed class Listener : AsyncDefaultBasicConsumer, IRabbitMqListener
{
    private const ushort Prefetch = 64;

    // A consumer that waits its turn does not get what the one before it has acknowledged, so that its mark may be lost.
    private static readonly TimeSpan BetweenMarks = TimeSpan.FromSeconds(5);

    private readonly string _session = Guid.NewGuid().ToString("N");
    private readonly RabbitMqProvider _provider;
    private readonly BrokerConnection _connection;
    private readonly IChannel _marks;
    private readonly string _queue;
    private readonly Action<WireEvents> _hear;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Round _round = new("");
    private int _rounds;

    private Listener(
        RabbitMqProvider provider, BrokerConnection connection, IChannel ears, IChannel marks, string queue, Action<WireEvents> hear)
        : base(ears) => (_provider, _connection, _marks, _queue, _hear) = (provider, connection, marks, queue, hear);

    public static async Task<IRabbitMqListener> Open(
        RabbitMqProvider provider, BrokerConnection connection, IConnection open, string queue, Action<WireEvents> hear,
        CancellationToken cancellationToken)
    {
        var ears = await open.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await ears.BasicQosAsync(prefetchSize: 0, Prefetch, global: false, cancellationToken).ConfigureAwait(false);
        var marks = await open.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        var listener = new Listener(provider, connection, ears, marks, queue, hear);
        await ears.BasicConsumeAsync(queue, autoAck: false, listener, cancellationToken).ConfigureAwait(false);
        return listener;
    }

    public async Task CatchUp(CancellationToken cancellationToken)
    {
        // The first call promises nothing of what came before it, and has to get through that.
        var isFirst = _rounds == 0;
        if (!isFirst)
            await ThrowIfFull(cancellationToken).ConfigureAwait(false);

        var round = _round = new Round($"{_session}/{++_rounds}/");
        var sent = 0;
        while (!await IsBack(round, sent++, cancellationToken).ConfigureAwait(false))
        {
            // Not yet, or not to this process.
        }

        if (isFirst)
            return;
        if (await round.Returned.ConfigureAwait(false) > 0)
            throw new IOException($"Another process has listened to '{_queue}' meanwhile, and what it has heard is not known here.");

        await ThrowIfFull(cancellationToken).ConfigureAwait(false);
    }

    public override async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        try
        {
            // What was sent straight to the queue is a mark, of this process or another one, or a stranger's: outsiders do not get it.
            if (exchange.Length == 0)
                _round.Return(properties.MessageId);
            else if (Read(properties, body.ToArray()) is { } events)
                _hear(events);
            await Channel.BasicAckAsync(deliveryTag, multiple: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _ended.TrySetException(e);
        }
    }

    /// <summary>The broker has ended it: its queue was deleted, or its node is going.</summary>
    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        _ended.TrySetException(new IOException($"RabbitMQ has cancelled the consumer of '{_queue}'; was the queue deleted?"));
        return base.HandleBasicCancelAsync(consumerTag, cancellationToken);
    }

    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        var why = $"{reason.Initiator} closed the channel of '{_queue}': {reason.ReplyText} ({reason.ReplyCode})";
        _ended.TrySetException(new IOException(why));
        return base.HandleChannelShutdownAsync(channel, reason);
    }

    public ValueTask DisposeAsync()
    {
        _ended.TrySetCanceled();
        return _connection.DisposeAsync();
    }

    private async Task<bool> IsBack(Round round, int number, CancellationToken cancellationToken)
    {
        var mark = new BasicProperties { MessageId = round.Name + number };
        await _marks.BasicPublishAsync("", _queue, mandatory: false, mark, ReadOnlyMemory<byte>.Empty, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            var first = await Task.WhenAny(round.Returned, _ended.Task).WaitAsync(BetweenMarks, _provider.Time, cancellationToken)
                .ConfigureAwait(false);
            await first.ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>
    /// A full queue drops its oldest messages. One that is half empty before a mark is sent, and when it is back, was not full in between:
    /// what came in would have to have gone out as well, and that is no more than what lay before the mark.
    /// </summary>
    private async Task ThrowIfFull(CancellationToken cancellationToken)
    {
        const long half = QueueArguments.ListenerLength / 2;
        if (await _marks.MessageCountAsync(_queue, cancellationToken).ConfigureAwait(false) > half)
            throw new IOException($"'{_queue}' has more than {half} messages: they come faster than they are read, and some may be lost.");
    }

    /// <returns>Null: it is forged, no event at all, or none that this release knows.</returns>
    private WireEvents? Read(IReadOnlyBasicProperties properties, byte[] body)
    {
        var authenticity = RabbitMqAuthenticity.NotChecked;
        if (_provider.Keys is { } keys)
        {
            var verdict = MessageDigest.Verify(keys.Current, properties, body).Kind;
            if (verdict == VerdictKind.Forged)
                return null;

            authenticity = verdict == VerdictKind.Proven ? RabbitMqAuthenticity.Proven : RabbitMqAuthenticity.Unproven;
        }

        try
        {
            return _provider.Format.Read(Envelope.MessageOf(properties, body, authenticity));
        }
        catch (Exception e)
        {
            // Another release's, which this one does not know yet: who listens cannot say any more that it has heard all. A stranger's is nothing to hear.
            if (authenticity == RabbitMqAuthenticity.Proven)
                _ended.TrySetException(new IOException($"A message in '{_queue}' cannot be read by this release: {e.Message}", e));
            return null;
        }
    }

    /// <summary>The marks of one call.</summary>
    private sealed class Round(string name)
    {
        private readonly TaskCompletionSource<int> _returned = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => name;

        /// <summary>Which of them has come back first.</summary>
        public Task<int> Returned => _returned.Task;

        public void Return(string? mark)
        {
            if (name.Length > 0 && mark?.StartsWith(name, StringComparison.Ordinal) == true
                && int.TryParse(mark.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                _returned.TrySetResult(number);
        }
    }
}
