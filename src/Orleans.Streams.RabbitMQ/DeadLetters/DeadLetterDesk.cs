using Orleans.Streams.RabbitMQ.Connections;
using Orleans.Streams.RabbitMQ.Receiving;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.DeadLetters;

/// <inheritdoc/>
/// <remarks>A connection for each visit: people come seldom, and what they have looked at goes back to its place when it is closed.</remarks>
internal sealed class DeadLetterDesk(RabbitMqProvider provider) : IRabbitMqDeadLetters, IDisposable
{
    private const int Reach = 10_000;

    // A letter that the client cannot take apart ends the connection, and with it all answers.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HashRingBasedStreamQueueMapper _mapper = new(new Configuration.HashRingStreamQueueMapperOptions { TotalQueueCount = provider.Options.QueueCount }, provider.Name);
    private readonly SemaphoreSlim _one = new(1, 1);

    public void Dispose() => _one.Dispose();

    public Task<long> Count(CancellationToken cancellationToken) =>
        Visit(async channel => (long)await channel.MessageCountAsync(provider.Names.DeadLetterQueue, cancellationToken).ConfigureAwait(false), cancellationToken);

    public Task<IReadOnlyList<RabbitMqDeadLetter>> List(int skip, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)skip + limit, Reach, nameof(limit));
        return Visit(Read, cancellationToken);

        async Task<IReadOnlyList<RabbitMqDeadLetter>> Read(IChannel channel)
        {
            var list = new List<RabbitMqDeadLetter>();
            for (var i = 0; i < skip + limit && await Next(channel, cancellationToken).ConfigureAwait(false) is { } letter; i++)
            {
                if (i >= skip)
                    list.Add(DeadLetterReader.Read(letter.BasicProperties, letter.Body, withBody: false));
            }

            return list;
        }
    }

    public Task<RabbitMqDeadLetter?> Peek(string id, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return Visit(Find, cancellationToken);

        async Task<RabbitMqDeadLetter?> Find(IChannel channel)
        {
            for (var i = 0; i < Reach && await Next(channel, cancellationToken).ConfigureAwait(false) is { } letter; i++)
            {
                if (DeadLetterReader.IdOf(letter.BasicProperties, letter.Body.Span) == id)
                    return DeadLetterReader.Read(letter.BasicProperties, letter.Body.ToArray(), withBody: true);
            }

            return null;
        }
    }

    public Task<RabbitMqDeadLetterOutcome> Replay(string id, CancellationToken cancellationToken) => Remove(id, SendAgain, cancellationToken);

    public Task<RabbitMqDeadLetterOutcome> Discard(string id, CancellationToken cancellationToken) =>
        Remove(id, _ => Task.FromResult(RabbitMqDeadLetterOutcome.Done), cancellationToken);

    private Task<RabbitMqDeadLetterOutcome> Remove(string id, Func<BasicGetResult, Task<RabbitMqDeadLetterOutcome>> before, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return Visit(Find, cancellationToken);

        async Task<RabbitMqDeadLetterOutcome> Find(IChannel channel)
        {
            // All copies before anything is sent: a replayed message may be back here at once, and is not one of them.
            BasicGetResult? first = null;
            var copies = new List<ulong>();
            for (var i = 0; i < Reach && await Next(channel, cancellationToken).ConfigureAwait(false) is { } letter; i++)
            {
                if (DeadLetterReader.IdOf(letter.BasicProperties, letter.Body.Span) != id)
                    continue;

                first ??= letter;
                if (IsCopy(letter, first))
                    copies.Add(letter.DeliveryTag);
            }

            if (first is null)
                return RabbitMqDeadLetterOutcome.NotFound;

            var outcome = await before(first).ConfigureAwait(false);
            if (outcome is RabbitMqDeadLetterOutcome.Done)
            {
                foreach (var copy in copies)
                    await channel.BasicAckAsync(copy, multiple: false, CancellationToken.None).ConfigureAwait(false);
            }

            return outcome;
        }
    }

    /// <summary>A stranger may use an id twice, and an event may be published to two streams: those are other messages.</summary>
    private static bool IsCopy(BasicGetResult letter, BasicGetResult of) =>
        letter == of || Fingerprint(letter) == Fingerprint(of);

    private static UInt128 Fingerprint(BasicGetResult letter) => ReceivedMessage.FingerprintOf(letter.BasicProperties.Headers, letter.Body.Span);

    private async Task<RabbitMqDeadLetterOutcome> SendAgain(BasicGetResult letter)
    {
        if (DeadLetterReader.StreamOf(letter.BasicProperties.Headers) is not { } stream)
            return RabbitMqDeadLetterOutcome.NoStream;

        // Straight into its queue, by the exchange that has no name: who else is bound to the events has seen it when it was published.
        var queue = provider.Names.Queue((int)_mapper.GetQueueForStream(stream).GetNumericId());
        await provider.Publisher.Publish("", queue, mandatory: true, DeadLetterCopy.Replayed(letter.BasicProperties), letter.Body.ToArray()).ConfigureAwait(false);
        return RabbitMqDeadLetterOutcome.Done;
    }

    private Task<BasicGetResult?> Next(IChannel channel, CancellationToken cancellationToken) =>
        channel.BasicGetAsync(provider.Names.DeadLetterQueue, autoAck: false, cancellationToken);

    private async Task<T> Visit<T>(Func<IChannel, Task<T>> visit, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var connection = provider.Connection(BrokerPurpose.Inspecting);
            var open = await connection.TryOpen(cancellationToken).ConfigureAwait(false);
            var channel = await open.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            await using (channel.ConfigureAwait(false))
                return await visit(channel).WaitAsync(Patience, provider.Time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }
}
