using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;
using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>The way of one provider's events: from the commit, or from the table, through memory to the pulling agents, and out of the table.</summary>
internal sealed partial class OutboxRelay(
    string provider,
    OutboxStreamOptions options,
    OutboxBuffer buffer,
    OutboxSettler settler,
    OutboxMetrics metrics,
    IDialect dialect,
    Serializer serializer,
    TimeProvider time,
    ILogger<OutboxRelay> logger) : IDisposable
{
    private static readonly TimeSpan PauseAfterFailedRead = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, bool> _unheardNamespaces = new();
    private readonly Lock _gate = new();
    private CancellationTokenSource? _reading;
    private Task _reader = Task.CompletedTask;
    private int _receivers;

    /// <summary>Called by the writer.</summary>
    public void HandOver(IReadOnlyList<OutboxRow> rows) => buffer.HandOver(rows);

    /// <summary>A pulling agent begins; the first one starts the reading of the table.</summary>
    public QueueBuffer Open(QueueId queue)
    {
        lock (_gate)
        {
            if (_receivers++ == 0)
            {
                settler.Resume();
                _reading?.Dispose();
                _reading = new CancellationTokenSource();
                _reader = Read(_reader, _reading.Token);
            }
        }

        return buffer[queue];
    }

    /// <summary>A pulling agent has ended: nothing is being delivered any more.</summary>
    public async Task Close(QueueBuffer queue, TimeSpan limit)
    {
        var reader = Task.CompletedTask;
        lock (_gate)
        {
            if (--_receivers == 0)
            {
                _reading!.Cancel();
                reader = _reader;
            }
        }

        await reader.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        buffer.TakeBackAll(queue);
        await settler.Flush(limit).ConfigureAwait(false);
    }

    /// <summary>What is ready for the agent of the queue; a stream comes again only after its batch was settled.</summary>
    public List<IBatchContainer> Take(QueueBuffer queue, int limit)
    {
        var batches = new List<IBatchContainer>();
        foreach (var delivery in buffer.Take(queue, limit))
        {
            GroupCommitCrashPoints.EventsTaken.Reach();
            if (Read(delivery, out var events) is { } readable)
                batches.Add(new OutboxBatch(readable, ++queue.LastSequence, events, metrics));
        }

        return batches;
    }

    /// <summary>Every subscriber has taken it.</summary>
    public void Delivered(Delivery delivery)
    {
        GroupCommitCrashPoints.EventsDelivered.Reach();
        metrics.Delivered(delivery.Rows.Count);
        settler.Remove(delivery.Rows);
        buffer.Settle(delivery);
    }

    /// <summary>A subscriber refused it for as long as it was allowed to.</summary>
    public void Failed(Delivery delivery)
    {
        if (delivery.Rows.Count > 1)
        {
            LogBatchFailed(delivery.Rows.Count, provider, delivery.Stream.Id);
            buffer.TakeBack(delivery, alone: true);
            return;
        }

        if (settler.IsDatabaseFailing())
        {
            // Whoever stores something fails now, whatever the event: that is not the event's fault.
            LogEventRepeated(delivery.Rows[0].Id, provider, delivery.Stream.Id);
            buffer.TakeBack(delivery, alone: true);
            return;
        }

        LogEventFailed(delivery.Rows[0].Id, provider, delivery.Stream.Id, options.MaxEventDeliveryTime);
        metrics.Quarantined(1);
        settler.Quarantine(delivery.Rows, $"A subscriber failed for {options.MaxEventDeliveryTime}, until {time.GetUtcNow():O}; the log has its error.");
        buffer.Settle(delivery);
    }

    /// <summary>It is offered once more.</summary>
    public void Repeat(Delivery delivery) => buffer.TakeBack(delivery, delivery.Alone);

    /// <summary>Nobody subscribes to its stream.</summary>
    public void Unheard(Delivery delivery)
    {
        if (_unheardNamespaces.TryAdd(delivery.Rows[0].StreamNamespace, true))
            LogUnheard(delivery.Rows[0].StreamNamespace, provider);

        metrics.Unheard(delivery.Rows.Count);
        settler.Remove(delivery.Rows);
        buffer.Settle(delivery);
    }

    /// <summary>After the agents have closed.</summary>
    public void Dispose()
    {
        _reading?.Cancel();
        _reading?.Dispose();
        buffer.Dispose();
        metrics.Dispose();
    }

    private Delivery? Read(Delivery delivery, out object[] events)
    {
        var read = new List<object>(delivery.Rows.Count);
        List<OutboxRow>? readable = null;
        for (var i = 0; i < delivery.Rows.Count; i++)
        {
            var row = delivery.Rows[i];
            try
            {
                read.Add(row.Item ?? serializer.Deserialize<object>(row.Payload) ?? throw new InvalidDataException("The event is null."));
                readable?.Add(row);
            }
            catch (Exception e)
            {
                LogUnreadable(e, row.Id, provider, delivery.Stream.Id);
                metrics.Quarantined(1);
                settler.Quarantine([row], $"Cannot be read: {e.GetType().Name}: {e.Message}");
                readable ??= [.. delivery.Rows.Take(i)];
            }
        }

        events = [.. read];
        return readable is null ? delivery : buffer.Narrow(delivery, readable);
    }

    /// <summary>One reader at a time: they share the buffer's place in the table.</summary>
    private async Task Read(Task before, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                try
                {
                    if (buffer.NextPage() is not { } page)
                    {
                        await buffer.WaitForReading(cancellationToken).ConfigureAwait(false);
                        continue;
                    }

                    buffer.AddPage(page, await dialect.ReadOutbox(page.After, page.Limit, cancellationToken).ConfigureAwait(false));
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    buffer.DropPage();
                    LogReadFailed(e, provider);
                    await Task.Delay(PauseAfterFailedRead, time, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // However a cancelled read ends, the table keeps what it did not bring.
            buffer.DropPage();
        }
    }
}
