using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Settling;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>Hands a provider's events to the pulling agents of this silo, for <c>AddOutboxStreams</c>.</summary>
internal sealed partial class OutboxDispatcher(OutboxFlow flow, OutboxStreamOptions options, TimeProvider time, ILogger<OutboxDispatcher> logger)
    : ISettlement<OutboxBatch>, IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _unheardNamespaces = new();
    private readonly Lock _gate = new();
    private int _receivers;

    /// <summary>A pulling agent begins; the first one starts the reading of the table.</summary>
    public QueueBuffer Open(QueueId queue)
    {
        lock (_gate)
        {
            if (_receivers++ == 0)
                flow.Begin();
        }

        return flow.Buffer[queue];
    }

    /// <summary>A pulling agent has ended: nothing is being delivered any more.</summary>
    public async Task Close(QueueBuffer queue, TimeSpan limit)
    {
        var reading = Task.CompletedTask;
        lock (_gate)
        {
            if (--_receivers == 0)
                reading = flow.StopReading();
        }

        await reading.ConfigureAwait(false);
        flow.Buffer.TakeBackAll(queue);
        await flow.Flush(limit).ConfigureAwait(false);
    }

    /// <summary>What is ready for the agent of the queue; a stream comes again only after its batch was settled.</summary>
    public List<IBatchContainer> Take(QueueBuffer queue, int limit)
    {
        var batches = new List<IBatchContainer>();
        foreach (var delivery in flow.Buffer.Take(queue, limit))
        {
            if (flow.Open(delivery, out var events) is { } readable)
                batches.Add(new OutboxBatch(readable, ++queue.LastSequence, events, flow.Metrics));
        }

        return batches;
    }

    public void Delivered(OutboxBatch batch) => flow.Delivered(batch.Delivery!);

    public void Failed(OutboxBatch batch)
    {
        var delivery = batch.Delivery!;
        // Of several subscribers that have failed, the one that blames the event counts.
        var failure = batch.Failures.Values.OrderBy(IsOutage).FirstOrDefault();
        if (failure is not null && IsOutage(failure))
        {
            LogOutage(failure, flow.Provider, delivery.Stream.Id);
            flow.Buffer.TakeBack(delivery, delivery.Alone);
            return;
        }

        if (delivery.Rows.Count > 1)
        {
            LogBatchFailed(delivery.Rows.Count, flow.Provider, delivery.Stream.Id);
            flow.Buffer.TakeBack(delivery, alone: true);
            return;
        }

        if (flow.IsDatabaseFailing())
        {
            // Whoever stores something fails now, whatever the event: that is not the event's fault.
            LogEventRepeated(delivery.Rows[0].Id, flow.Provider, delivery.Stream.Id);
            flow.Buffer.TakeBack(delivery, alone: true);
            return;
        }

        LogEventFailed(delivery.Rows[0].Id, flow.Provider, delivery.Stream.Id, options.MaxEventDeliveryTime);
        flow.PutAside(delivery, $"A subscriber failed for {options.MaxEventDeliveryTime}, until {time.GetUtcNow():O}; the log has its error.");
    }

    public void Repeat(OutboxBatch batch) => flow.Buffer.TakeBack(batch.Delivery!, batch.Delivery!.Alone);

    public void Unheard(OutboxBatch batch)
    {
        var delivery = batch.Delivery!;
        if (_unheardNamespaces.TryAdd(delivery.Rows[0].StreamNamespace, true))
            LogUnheard(delivery.Rows[0].StreamNamespace, flow.Provider);

        flow.Metrics.Unheard(delivery.Rows.Count);
        flow.Remove(delivery);
    }

    /// <summary>After the agents have closed.</summary>
    public void Dispose() => flow.Dispose();

    private bool IsOutage(Exception failure) => options.IsOutage?.Invoke(failure) == true;
}
