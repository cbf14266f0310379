using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Orleans.Streams.RabbitMQ.Connections;
using Orleans.Streams.RabbitMQ.DeadLetters;
using Orleans.Streams.RabbitMQ.Topology;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>
/// Keeps one queue consumed: opens a channel, fills the inbox from it, acknowledges what is settled, and opens another when it ends. One task
/// acknowledges and closes: an acknowledgement on a channel that is being closed would cost the whole connection.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "What comes too late must not stumble over a disposed semaphore or source; neither holds more than memory.")]
internal sealed partial class QueueConsumer(
    string queue,
    RabbitMqStreamOptions options,
    BrokerConnection shared,
    Func<BrokerConnection> openOwn,
    BrokerTopology topology,
    Inbox inbox,
    MessageReader reader,
    DeadLetterOffice deadLetters,
    StreamMetrics metrics,
    TimeProvider time,
    ILogger<QueueConsumer> logger)
{
    private const ushort Alone = 1;
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _work = new(0, 1);
    private Task _running = Task.CompletedTask;
    private BrokerConnection? _own;

    public void Start()
    {
        inbox.Settled = Wake;
        // It outlives whoever starts it.
        using (ExecutionContext.SuppressFlow())
            _running = Task.Run(Run);
    }

    /// <summary>Acknowledges what is settled and leaves; the broker gives the rest to the next consumer, in its order.</summary>
    public async Task Stop(TimeSpan limit)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_own is { } own)
            await own.DisposeAsync().ConfigureAwait(false);
    }

    private async Task Run()
    {
        var failures = 0;
        var refusals = 0; // Since it last consumed.
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var open = await (_own ?? shared).Open(_stop.Token).ConfigureAwait(false);
                // The connection lives, so the fault was this queue's: perhaps it is not there any more.
                if (failures > 0)
                    await topology.Declare(open, _stop.Token).ConfigureAwait(false);

                var end = await Consume(open, _own is null ? options.Prefetch : Alone).ConfigureAwait(false);
                if (_stop.IsCancellationRequested)
                    return;

                failures = end.WasConsuming ? 1 : failures + 1;
                refusals = 0;
                await Isolate(end).ConfigureAwait(false);
                LogEnded(queue, end.Fault);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (ObjectDisposedException) when (shared.IsDisposed)
            {
                return; // The provider has ended.
            }
            catch (Exception e)
            {
                failures++;
                refusals++;
                // Once, it may have been a queue that was just going elsewhere.
                inbox.IsCut = refusals > 1;
                LogFailed(e, queue, failures);
            }

            await Task.Delay(Backoff.After(failures), time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// A message that RabbitMQ.Client cannot even take apart ends the whole connection, each time it comes, and what else was unanswered there has
    /// failed once more. So its queue gets a connection of its own and its messages one by one, until the broker has put the culprit
    /// aside and a prefetch's worth has come through.
    /// </summary>
    private async Task Isolate(SessionEnd end)
    {
        if (end.IsUnreadable && _own is null)
        {
            LogIsolated(queue, end.Fault);
            _own = openOwn();
        }
        else if (end.IsSoundAgain && _own is { } own)
        {
            _own = null;
            await own.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>One channel, from its opening to its end.</summary>
    private async Task<SessionEnd> Consume(IConnection open, ushort prefetch)
    {
        var channel = await open.CreateChannelAsync(cancellationToken: _stop.Token).ConfigureAwait(false);
        var epoch = inbox.Begin();
        SessionEnd? end = null;
        var wasConsuming = false;
        try
        {
            await channel.BasicQosAsync(prefetchSize: 0, prefetch, global: false, _stop.Token).ConfigureAwait(false);
            var handler = new QueueHandler(channel, epoch, inbox, reader, deadLetters, metrics, time, (fault, isUnreadable) =>
            {
                Interlocked.CompareExchange(ref end, new SessionEnd(fault, WasConsuming: true, isUnreadable), null);
                Wake();
            });
            await channel.BasicConsumeAsync(queue, autoAck: false, handler, _stop.Token).ConfigureAwait(false);
            wasConsuming = true;
            inbox.IsCut = false;
            LogConsuming(queue);

            var round = new AckRound();
            var acknowledged = 0;
            while (Volatile.Read(ref end) is null && !_stop.IsCancellationRequested)
            {
                await _work.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (Volatile.Read(ref end) is not null)
                    break;

                acknowledged += await Acknowledge(channel, round).ConfigureAwait(false);
                if (prefetch == Alone && acknowledged >= options.Prefetch && _own is not null)
                    return new SessionEnd("its messages can be read again", WasConsuming: true, IsSoundAgain: true);
            }

            return end ?? new SessionEnd("the receiver stops", wasConsuming);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested && wasConsuming)
        {
            return end ?? new SessionEnd(e.Message, wasConsuming);
        }
        finally
        {
            await Close(channel).ConfigureAwait(false);
        }
    }

    /// <returns>How many.</returns>
    private async Task<int> Acknowledge(IChannel channel, AckRound round)
    {
        inbox.TakeSettled(round);
        if (round.UpTo > 0)
            await channel.BasicAckAsync(round.UpTo, multiple: true, CancellationToken.None).ConfigureAwait(false);
        foreach (var tag in round.Alone)
            await channel.BasicAckAsync(tag, multiple: false, CancellationToken.None).ConfigureAwait(false);
        return round.Deliveries.Count;
    }

    /// <summary>Without a cancel before it: a consumer that was cancelled still holds messages, and the next one would get later ones first.</summary>
    private async Task Close(IChannel channel)
    {
        try
        {
            using var limit = new CancellationTokenSource(CloseLimit, time);
            await channel.AbortAsync(limit.Token).ConfigureAwait(false);
            await channel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or IOException or TimeoutException)
        {
            LogNotClosed(e, queue);
        }
    }

    private void Wake()
    {
        try
        {
            if (_work.CurrentCount == 0)
                _work.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has waked it.
        }
    }

    [LoggerMessage(LogLevel.Information, "Consuming {Queue}.")]
    private partial void LogConsuming(string queue);

    [LoggerMessage(LogLevel.Warning, "{Queue} is no longer consumed: {Fault}. Trying again.")]
    private partial void LogEnded(string queue, string fault);

    [LoggerMessage(LogLevel.Error, "A message in {Queue} cannot be parsed; its messages are now read one by one, over a connection of its own: {Fault}")]
    private partial void LogIsolated(string queue, string fault);

    [LoggerMessage(LogLevel.Warning, "{Queue} cannot be consumed (attempt {Attempt}); it is tried again.")]
    private partial void LogFailed(Exception exception, string queue, int attempt);

    [LoggerMessage(LogLevel.Debug, "The channel of {Queue} did not close in time.")]
    private partial void LogNotClosed(Exception exception, string queue);
}

/// <summary>How a channel ended.</summary>
/// <param name="Fault">For the log.</param>
/// <param name="WasConsuming">It got as far as that.</param>
/// <param name="IsUnreadable">Something came that the client cannot take apart.</param>
/// <param name="IsSoundAgain">It was ended on purpose: nothing of that kind has come for long enough.</param>
internal sealed record SessionEnd(string Fault, bool WasConsuming, bool IsUnreadable = false, bool IsSoundAgain = false);
