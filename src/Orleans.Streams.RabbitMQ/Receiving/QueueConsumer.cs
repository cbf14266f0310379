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
internal sealed partial class QueueConsumer(
    string queue,
    RabbitMqStreamOptions options,
    BrokerConnection connection,
    BrokerTopology topology,
    Inbox inbox,
    IRabbitMqWireFormat format,
    DeadLetterOffice deadLetters,
    StreamMetrics metrics,
    TimeProvider time,
    ILogger<QueueConsumer> logger) : IDisposable
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _work = new(0, 1);
    private Task _running = Task.CompletedTask;

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
    }

    public void Dispose()
    {
        _stop.Dispose();
        _work.Dispose();
    }

    private async Task Run()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var open = await connection.Open(_stop.Token).ConfigureAwait(false);
                // The connection lives, so the fault was this queue's: perhaps it is not there any more.
                if (failures > 0)
                    await topology.Declare(open, _stop.Token).ConfigureAwait(false);

                var (fault, wasConsuming) = await Consume(open).ConfigureAwait(false);
                if (_stop.IsCancellationRequested)
                    return;

                failures = wasConsuming ? 1 : failures + 1;
                LogEnded(queue, fault);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return; // The provider has ended.
            }
            catch (Exception e)
            {
                failures++;
                LogFailed(e, queue, failures);
            }

            await Task.Delay(Backoff.After(failures), time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One channel, from its opening to its end.</summary>
    private async Task<(string Fault, bool WasConsuming)> Consume(IConnection open)
    {
        var channel = await open.CreateChannelAsync(cancellationToken: _stop.Token).ConfigureAwait(false);
        var epoch = inbox.Begin();
        string? fault = null;
        var wasConsuming = false;
        try
        {
            await channel.BasicQosAsync(prefetchSize: 0, options.Prefetch, global: false, _stop.Token).ConfigureAwait(false);
            var handler = new QueueHandler(channel, epoch, inbox, format, deadLetters, metrics, time, why =>
            {
                Interlocked.CompareExchange(ref fault, why, null);
                Wake();
            });
            await channel.BasicConsumeAsync(queue, autoAck: false, handler, _stop.Token).ConfigureAwait(false);
            wasConsuming = true;
            LogConsuming(queue);

            var round = new AckRound();
            while (Volatile.Read(ref fault) is null && !_stop.IsCancellationRequested)
            {
                await _work.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (Volatile.Read(ref fault) is null)
                    await Acknowledge(channel, round).ConfigureAwait(false);
            }

            return (fault ?? "the receiver stops", wasConsuming);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested && wasConsuming)
        {
            return (fault ?? e.Message, wasConsuming);
        }
        finally
        {
            await Close(channel).ConfigureAwait(false);
        }
    }

    private async Task Acknowledge(IChannel channel, AckRound round)
    {
        inbox.TakeSettled(round);
        if (round.UpTo > 0)
            await channel.BasicAckAsync(round.UpTo, multiple: true, CancellationToken.None).ConfigureAwait(false);
        foreach (var tag in round.Alone)
            await channel.BasicAckAsync(tag, multiple: false, CancellationToken.None).ConfigureAwait(false);
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
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else has waked it, or it has ended and a dead letter was confirmed too late.
        }
    }

    [LoggerMessage(LogLevel.Information, "Consuming {Queue}.")]
    private partial void LogConsuming(string queue);

    [LoggerMessage(LogLevel.Warning, "{Queue} is not consumed any more: {Fault}. It is tried again.")]
    private partial void LogEnded(string queue, string fault);

    [LoggerMessage(LogLevel.Warning, "{Queue} cannot be consumed (attempt {Attempt}); it is tried again.")]
    private partial void LogFailed(Exception exception, string queue, int attempt);

    [LoggerMessage(LogLevel.Debug, "The channel of {Queue} did not close in time.")]
    private partial void LogNotClosed(Exception exception, string queue);
}
