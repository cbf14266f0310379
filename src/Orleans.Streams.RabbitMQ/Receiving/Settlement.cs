using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Streams.RabbitMQ.DeadLetters;
using Orleans.Streams.Settling;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>What becomes of the messages of one queue when the deliveries of their batches have ended.</summary>
internal sealed partial class Settlement(
    RabbitMqStreamOptions options, Inbox inbox, DeadLetterOffice deadLetters, StreamMetrics metrics, ILogger<Settlement> logger, TimeProvider time)
    : ISettlement<RabbitMqBatch>
{
    // A subscriber may also fail like that by itself, by what it calls: then its messages must not take its neighbours' room for ever.
    private const int MostReturns = 20;
    private const int MostNames = 1_000;

    private readonly ConcurrentDictionary<string, bool> _unheard = new();

    public void Delivered(RabbitMqBatch batch)
    {
        metrics.Delivered(batch.Deliveries.Count);
        inbox.Settle(batch.Deliveries);
        inbox.Release(batch.Lane!);
    }

    public void Failed(RabbitMqBatch batch)
    {
        // Of several subscribers that have failed, the one that blames the message counts.
        var failure = batch.Failures.Values.OrderBy(each => IsOutage(each.Exception) || IsOfTheCluster(each.Exception)).FirstOrDefault();
        if (failure is not null && IsOutage(failure.Exception))
        {
            LogOutage(failure.Exception, batch.StreamId);
            inbox.TakeBack(batch.Lane!, batch.Deliveries, alone: false);
            return;
        }

        if (failure is not null && IsOfTheCluster(failure.Exception) && batch.Deliveries[0].Returns++ < MostReturns)
        {
            LogClusterFails(failure.Exception, batch.StreamId);
            inbox.TakeBack(batch.Lane!, batch.Deliveries, alone: false);
            return;
        }

        if (batch.Deliveries.Count > 1)
        {
            LogBatchFailed(batch.Deliveries.Count, batch.StreamId);
            inbox.TakeBack(batch.Lane!, batch.Deliveries, alone: true);
            return;
        }

        var now = time.GetUtcNow();
        metrics.DeadLettered("failed");
        inbox.GiveUp(batch.Deliveries[0]);
        deadLetters.Accept(batch.Deliveries[0], new DeadLetterReason(
            $"A subscriber failed for {options.MaxEventDeliveryTime}: {failure?.Exception.Message ?? "it did not say why"}",
            failure?.FirstAt ?? now, failure?.LastAt ?? now, failure?.Attempts ?? 0, failure?.Exception, failure?.Subscription));
        inbox.Release(batch.Lane!);
    }

    public void Repeat(RabbitMqBatch batch) => inbox.TakeBack(batch.Lane!, batch.Deliveries, alone: false);

    public void Unheard(RabbitMqBatch batch)
    {
        if (_unheard.Count < MostNames && _unheard.TryAdd(batch.Lane!.Name, true))
            LogUnheard(batch.Lane!.Name);

        metrics.Unheard(batch.Deliveries.Count);
        inbox.Settle(batch.Deliveries);
        inbox.Release(batch.Lane!);
    }

    private bool IsOutage(Exception exception) => options.IsOutage?.Invoke(exception) == true;

    /// <summary>No message is to blame when its subscriber could not be reached, or did not answer in time: that silo has died, is about to, or is starved.</summary>
    private static bool IsOfTheCluster(Exception exception) => exception is SiloUnavailableException or OrleansMessageRejectionException or TimeoutException;

    [LoggerMessage(LogLevel.Warning, "A subscriber of {Stream} cannot be reached, or does not answer in time; its messages are delivered again.")]
    private partial void LogClusterFails(Exception exception, StreamId stream);

    [LoggerMessage(LogLevel.Warning, "A subscriber of {Stream} lacks what it needs; its messages are delivered again.")]
    private partial void LogOutage(Exception exception, StreamId stream);

    [LoggerMessage(LogLevel.Warning, "A batch of {Count} messages of {Stream} failed; they are delivered again one by one.")]
    private partial void LogBatchFailed(int count, StreamId stream);

    [LoggerMessage(LogLevel.Warning, "Nobody subscribes to streams of the namespace '{Namespace}': their messages are acknowledged without a delivery. This is said once.")]
    private partial void LogUnheard(string @namespace);
}
