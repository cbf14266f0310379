using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using Orleans.Streams;
using Orleans.Streams.Settling;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// Publishes the events of the outbox through a stream provider of the same name, for <c>AddOutboxRelay</c>. A stream has one batch out at a
/// time, so its events keep their order; many streams are published at once. What fails comes again, unless the event itself is at fault.
/// </summary>
internal sealed partial class OutboxPublisher : IDisposable
{
    private static readonly TimeSpan PauseBetweenComplaints = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseBetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly OutboxFlow _flow;
    private readonly IStreamProvider _streams;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly QueueBuffer _queue;
    private readonly int _concurrency;
    private readonly DeliveryBackoff _backoff = new();

    /// <summary>How often the batch of a stream has failed in a row.</summary>
    private readonly ConcurrentDictionary<StreamId, int> _failing = new();

    // Never disposed: a call of the provider that outlives the silo's patience still gives its slot back.
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopping;
    private Task _working = Task.CompletedTask;
    private long _lastComplaint;
    private bool _started;

    public OutboxPublisher(OutboxFlow flow, QueueId queue, IStreamProvider streams, int concurrency, TimeProvider time, ILogger<OutboxPublisher> logger)
    {
        (_flow, _queue, _streams, _concurrency, _time, _logger) = (flow, flow.Buffer[queue], streams, concurrency, time, logger);
        _slots = new SemaphoreSlim(concurrency);
        _stopping = _stop.Token;
    }

    public void Start()
    {
        // Nothing of whoever starts the silo, and no grain, goes with the events.
        using var _ = ExecutionContext.SuppressFlow();
        _started = true;
        _flow.Begin();
        _working = Task.Run(Work, CancellationToken.None);
    }

    /// <summary>Publishes what is in memory, if the provider takes it; then begins no more calls, lets those that are under way end, and removes what was published.</summary>
    /// <param name="limit">For all of that but the removal, which has as long again.</param>
    /// <param name="inHaste">The silo ends anyhow: nothing more is begun.</param>
    public async Task Stop(TimeSpan limit, CancellationToken inHaste)
    {
        // Of a silo that failed to start, stages are stopped that never began.
        if (!_started)
            return;

        var begun = Stopwatch.GetTimestamp();
        _flow.Buffer.StopWaiting();
        await Drain(begun, limit, inHaste).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _working.ConfigureAwait(false);
        await _flow.StopReading().ConfigureAwait(false);
        for (var ended = 0; ended < _concurrency; ended++)
        {
            var left = limit - Stopwatch.GetElapsedTime(begun);
            if (await _slots.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false))
                continue;

            LogNotEnded(_flow.Provider);
            break;
        }

        await _flow.Flush(limit).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _flow.Dispose();
    }

    /// <summary>What stays behind waits in the table until another silo has noticed that this one has gone.</summary>
    private async Task Drain(long begun, TimeSpan limit, CancellationToken inHaste)
    {
        using var pause = new PeriodicTimer(PauseBetweenLooks);
        while (!inHaste.IsCancellationRequested && _flow.Buffer.Measure().Rows > 0 && Stopwatch.GetElapsedTime(begun) < limit)
            await pause.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task Work()
    {
        try
        {
            while (true)
            {
                await _slots.WaitAsync(_stopping).ConfigureAwait(false);
                var delivery = await Next().ConfigureAwait(false);
                _ = Task.Run(() => Publish(delivery), CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // Only a stop cancels. A slot that was taken for nothing comes back in Next.
        }
    }

    private async Task<Delivery> Next()
    {
        try
        {
            while (true)
            {
                if (_flow.Buffer.Take(_queue, 1) is [var delivery])
                    return delivery;

                await _queue.WaitForRows(Timeout.InfiniteTimeSpan, _stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            _slots.Release();
            throw;
        }
    }

    private async Task Publish(Delivery delivery)
    {
        TimeSpan? pause = null;
        try
        {
            if (_flow.Open(delivery, out var events) is { } readable)
            {
                delivery = readable;
                await _streams.GetStream<object>(delivery.Stream.Id).OnNextBatchAsync(events).ConfigureAwait(false);
                _flow.Delivered(delivery);
            }

            Succeeded(delivery.Stream.Id);
        }
        catch (Exception e) when (IsOfAnEvent(e))
        {
            Refused(delivery, e);
        }
        catch (Exception e)
        {
            pause = Failed(delivery.Stream.Id, e);
        }
        finally
        {
            // While it waits, another stream may use the slot.
            _slots.Release();
        }

        if (pause is { } length)
        {
            await Task.Delay(length, _time, _stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _flow.Buffer.TakeBack(delivery, delivery.Alone);
        }
    }

    /// <summary>
    /// Whether an exception says that something is wrong with what was to be published. All else is the transport's, whatever it says: that
    /// a broker comes back is worth waiting for, and what is put aside by mistake is missing.
    /// </summary>
    private static bool IsOfAnEvent(Exception exception) =>
        exception is ArgumentException or NotSupportedException or SerializerException or System.Runtime.Serialization.SerializationException;

    private void Succeeded(StreamId stream)
    {
        if (_failing.TryRemove(stream, out _) && _failing.IsEmpty)
            LogFlowing(_flow.Provider);
    }

    /// <summary>The events come one by one, to find the one at fault.</summary>
    private void Refused(Delivery delivery, Exception error)
    {
        if (!delivery.Alone)
        {
            _flow.Buffer.TakeBack(delivery, alone: true);
            return;
        }

        var row = delivery.Rows[0];
        LogRefused(error, row.Id, _flow.Provider, delivery.Stream.Id);
        _flow.PutAside(delivery, $"Cannot be published: {error.GetType().Name}: {error.Message}");
    }

    private TimeSpan Failed(StreamId stream, Exception error)
    {
        _flow.Metrics.PublishFailed();
        var failures = _failing.AddOrUpdate(stream, 1, (_, before) => before + 1);
        var now = _time.GetTimestamp();
        var last = Interlocked.Read(ref _lastComplaint);
        // Not every stream at every try: a broker that is down fails all of them.
        if ((last == 0 || _time.GetElapsedTime(last, now) >= PauseBetweenComplaints) && Interlocked.CompareExchange(ref _lastComplaint, now, last) == last)
            LogFailed(error, _flow.Provider, stream, _failing.Count);

        return _backoff.Next(failures - 1);
    }
}
