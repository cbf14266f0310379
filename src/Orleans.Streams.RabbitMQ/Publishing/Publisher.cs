using Microsoft.Extensions.Logging;
using Orleans.Streams.RabbitMQ.Connections;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Publishing;

/// <summary>
/// Sends messages over one channel, so that they arrive in the order in which they were given, and tells each caller what the broker said.
/// What was sent over a connection that is lost is sent again over the next, in order, with the same message id. Thread-safe.
/// </summary>
/// <remarks>
/// RabbitMQ.Client can track confirms itself, but its limit of unanswered messages slows senders down long before it is reached, and a broker
/// that holds still makes its callers wait for ever.
/// </remarks>
internal sealed partial class Publisher : IAsyncDisposable
{
    private static readonly TimeSpan LoopLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly RabbitMqStreamOptions _options;
    private readonly BrokerConnection _connection;
    private readonly StreamMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<Publisher> _logger;
    private readonly BrokerRefusals _refusals;
    private readonly ChannelRenewal _renewal;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _work = new(0, 1);
    private readonly ITimer _deadlines;
    private Queue<Publication> _waiting = new();
    private PublishSession? _session;
    private Task? _loop;
    private string _lastFault = "no connection was made yet";
    private long _patientSince;
    private bool _stopping;

    public Publisher(RabbitMqStreamOptions options, BrokerConnection connection, StreamMetrics metrics, TimeProvider time, ILogger<Publisher> logger)
    {
        (_options, _connection, _metrics, _time, _logger) = (options, connection, metrics, time, logger);
        _refusals = new BrokerRefusals(time);
        _renewal = new ChannelRenewal(time);
        var period = TimeSpan.FromMilliseconds(Math.Clamp(Math.Min(options.ConfirmTimeout.TotalMilliseconds, options.PublishTimeout.TotalMilliseconds) / 8, 10, 250));
        _deadlines = time.CreateTimer(_ => CheckDeadlines(), null, period, period);
    }

    /// <summary>How many messages wait for their confirm.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
                return _session?.Window.Count ?? 0;
        }
    }

    /// <summary>Why the broker has not taken a message a short while ago, in words for anybody; null: nothing was refused.</summary>
    public string? Refusal => _refusals.Recent;

    /// <summary>How many wait to be sent.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Ends when the broker has confirmed the message.</summary>
    /// <exception cref="ArgumentException">It cannot be sent as it is.</exception>
    /// <exception cref="RabbitMqPublishException">It was not confirmed; says whether it may be stored.</exception>
    public Task Publish(string exchange, string routingKey, bool mandatory, BasicProperties properties, ReadOnlyMemory<byte> body)
    {
        MessageLimits.Check(routingKey, properties);
        var publication = new Publication(exchange, routingKey, mandatory, properties, body, _time.GetTimestamp());
        lock (_gate)
        {
            if (_stopping)
                throw new RabbitMqPublishException("The stream provider is stopping.", mayBeStored: false);

            if (_loop is null)
            {
                // It outlives its first caller: no request context or activity of his belongs into it.
                using (ExecutionContext.SuppressFlow())
                    _loop = Task.Run(Run);
            }

            _waiting.Enqueue(publication);
            Signal();
        }

        return publication.Ended;
    }

    /// <summary>Takes nothing more, gives what is under way the time to be confirmed, then fails the rest.</summary>
    public async Task Stop(TimeSpan limit)
    {
        Task[] underWay;
        lock (_gate)
        {
            _stopping = true;
            underWay = [.. Outstanding().Select(publication => publication.Ended)];
        }

        await Task.WhenAll(underWay).WaitAsync(limit, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        PublishSession? session;
        lock (_gate)
            session = _session;
        await _stop.CancelAsync().ConfigureAwait(false);
        // A broker that reads nothing holds the loop in the middle of a send.
        if (session is not null)
            await Ended(session, "the provider stops").ConfigureAwait(false);
        if (_loop is { } loop)
            await loop.WaitAsync(LoopLimit, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        List<Publication> left;
        lock (_gate)
            left = [.. Outstanding()];
        foreach (var publication in left)
            publication.Fail(new RabbitMqPublishException("The stream provider stopped before the message was confirmed.", publication.WasSent));
    }

    public async ValueTask DisposeAsync()
    {
        await Stop(TimeSpan.Zero).ConfigureAwait(false);
        await _deadlines.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private IEnumerable<Publication> Outstanding() => _session is null ? _waiting : _session.Window.Unanswered().Concat(_waiting);

    private async Task Run()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var progress = await RunSession().ConfigureAwait(false);
                failures = progress ? 1 : failures + 1;
                await Task.Delay(Backoff.After(failures), _time, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (ObjectDisposedException) when (_connection.IsDisposed)
            {
                return; // The provider has ended.
            }
            catch (Exception e)
            {
                LogSessionFailed(e);
                await Task.Delay(Backoff.After(++failures), _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Sends until the channel ends.</summary>
    /// <returns>Whether another one may follow at once: the broker has confirmed something, or this one was given up on purpose.</returns>
    private async Task<bool> RunSession()
    {
        var connection = await _connection.Open(_stop.Token).ConfigureAwait(false);
        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);
        var channel = await connection.CreateChannelAsync(options, _stop.Token).ConfigureAwait(false);
        using var session = new PublishSession(connection, channel, _options.MaxInFlight);
        var confirmed = 0;
        channel.BasicAcksAsync += (_, ack) => Answered(session, ack.DeliveryTag, ack.Multiple, nacked: false, ref confirmed);
        channel.BasicNacksAsync += (_, nack) => Answered(session, nack.DeliveryTag, nack.Multiple, nacked: true, ref confirmed);
        channel.BasicReturnAsync += (_, returned) => Returned(session, returned);
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            _refusals.Note(BrokerRefusals.Of(reason.ReplyCode));
            return Ended(session, $"{reason.Initiator} closed the channel: {reason.ReplyText} ({reason.ReplyCode})");
        };
        lock (_gate)
            _session = session;

        try
        {
            if (!channel.IsOpen)
                await Ended(session, "the channel was closed at once").ConfigureAwait(false);
            await Send(session).ConfigureAwait(false);
        }
        finally
        {
            TakeBack(session);
            // Whatever ended it (a missing exchange, too), a new connection begins with declaring everything.
            if (session.Fault is { } fault && !_stop.IsCancellationRequested)
                await _connection.Discard(connection, fault).ConfigureAwait(false);
        }

        if (!session.IsRetiring)
            return Volatile.Read(ref confirmed) > 0;

        LogRenewing();
        if (session.Fault is null)
            await Close(session).ConfigureAwait(false);
        return true;
    }

    private async Task Close(PublishSession session)
    {
        try
        {
            using var limit = new CancellationTokenSource(CloseLimit, _time);
            await session.Channel.AbortAsync(limit.Token).ConfigureAwait(false);
            await session.Channel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or IOException or TimeoutException)
        {
            await _connection.Discard(session.Connection, "a channel could not be closed").ConfigureAwait(false);
        }
    }

    private async Task Send(PublishSession session)
    {
        while (true)
        {
            Publication? next;
            lock (_gate)
            {
                if (session.Fault is not null || (session.IsRetiring && session.Window.Count == 0))
                    return;
                next = session.IsRetiring || session.Window.IsFull ? null : NextWaiting();
                if (next is not null)
                {
                    session.Window.Add(next);
                    if (next.WasSent)
                        _metrics.Published("repeated");
                    next.SentAt = _time.GetTimestamp();
                    next.WasSent = true;
                }
            }

            if (next is null)
            {
                await _work.WaitAsync(_stop.Token).ConfigureAwait(false);
                continue;
            }

            try
            {
                await session.Channel.BasicPublishAsync(next.Exchange, next.RoutingKey, next.Mandatory, next.Properties, next.Body, session.Ended).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                if (IsOfTheMessage(e))
                    next.Fail(new ArgumentException($"The message cannot be sent: {e.Message}", e));
                await Ended(session, e.Message).ConfigureAwait(false);
                return;
            }
        }
    }
}
