using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Orleans.Streams.RabbitMQ.Connections;
using Orleans.Streams.RabbitMQ.Publishing;
using Orleans.Streams.RabbitMQ.Receiving;
using Orleans.Streams.RabbitMQ.Topology;

namespace Orleans.Streams.RabbitMQ.DeadLetters;

/// <summary>
/// Puts the messages of one queue aside. A message is acknowledged only after the broker has confirmed its dead letter; until then it is tried
/// again and again, and after a crash the queue still has it. Thread-safe.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "What comes too late must not stumble over a disposed semaphore or source; neither holds more than memory.")]
internal sealed partial class DeadLetterOffice(
    string queue, Names names, Publisher publisher, Inbox inbox, TimeProvider time, ILogger<DeadLetterOffice> logger)
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Delivery, Task> _underWay = new();

    /// <summary>Begins; nobody waits for it.</summary>
    public void Accept(Delivery delivery, DeadLetterReason reason)
    {
        var task = Keep(delivery, reason);
        _underWay[delivery] = task;
        // It may have ended before it was noted down.
        if (task.IsCompleted)
            _underWay.TryRemove(delivery, out _);
    }

    /// <summary>Lets what is under way end.</summary>
    public async Task Stop(TimeSpan limit)
    {
        await Task.WhenAll(_underWay.Values).WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync().ConfigureAwait(false);
    }

    private async Task Keep(Delivery delivery, DeadLetterReason reason)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var properties = DeadLetterCopy.Of(delivery.Message, queue, reason);
            for (var failures = 1; ; failures++)
            {
                try
                {
                    await publisher.Publish(names.DeadLetterExchange, "", mandatory: true, properties, delivery.Message.Body).WaitAsync(_stop.Token).ConfigureAwait(false);
                    break;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Whatever it is: a message that is neither delivered nor put aside must not be forgotten here.
                    LogNotKept(e, delivery.Message.Id, queue, failures);
                    await Task.Delay(Backoff.After(failures), time, _stop.Token).ConfigureAwait(false);
                }
            }

            LogKept(delivery.Message.Id, queue, reason.Text);
            inbox.Settle([delivery]);
        }
        catch (OperationCanceledException)
        {
            // The receiver has stopped: the message is still in its queue, for the next one.
        }
        finally
        {
            _underWay.TryRemove(delivery, out _);
        }
    }

    [LoggerMessage(LogLevel.Error, "Message {Id} of {Queue} is a dead letter now: {Reason}")]
    private partial void LogKept(string? id, string queue, string reason);

    [LoggerMessage(LogLevel.Error, "Message {Id} of {Queue} cannot be made a dead letter (attempt {Attempt}); it stays in its queue and is tried again.")]
    private partial void LogNotKept(Exception exception, string? id, string queue, int attempt);
}
