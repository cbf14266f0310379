using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// The way of one provider's events: from the commit, or from the tables, into memory, and when they were delivered, out of the outbox, or past the position. How
/// they are delivered is the business of whoever takes them from the buffer.
/// </summary>
internal sealed partial class OutboxFlow(
    string provider,
    OutboxBuffer buffer,
    OutboxSettler settler,
    OutboxMetrics metrics,
    IDialect dialect,
    LogFormats formats,
    TimeProvider time,
    ILogger<OutboxFlow> logger) : IDisposable
{
    private static readonly TimeSpan PauseAfterFailedRead = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private CancellationTokenSource? _reading;
    private Task _reader = Task.CompletedTask;
    private long _nextMove; // The writer's own.

    public string Provider => provider;

    public OutboxBuffer Buffer => buffer;

    public OutboxMetrics Metrics => metrics;

    /// <summary>Tells the silo's outbox of it: from then on it gets what is committed.</summary>
    /// <exception cref="OrleansConfigurationException">The silo has no database.</exception>
    public static OutboxFlow Create(IServiceProvider services, string provider, OutboxLimits limits, TimeSpan settlingDelay, IStreamQueueMapper mapper,
        TimeSpan publishDelay = default, Func<object, bool>? isUrgent = null)
    {
        var committer = services.GetService<ICommitter>() ?? throw new OrleansConfigurationException(
            $"The outbox of stream provider '{provider}' has no database: add AddGroupCommit to the silo.");
        var time = ClockOf(services);
        var metrics = new OutboxMetrics(provider, time, services.GetService<IMeterFactory>());
        var buffer = new OutboxBuffer(provider, limits, mapper, publishDelay, isUrgent, time);
        metrics.Observe(buffer);
        var flow = new OutboxFlow(
            provider,
            buffer,
            new OutboxSettler(committer, buffer, settlingDelay, time, services.GetRequiredService<ILogger<OutboxSettler>>()),
            metrics,
            services.GetRequiredService<IDialect>(),
            services.GetRequiredService<LogFormats>(),
            time,
            services.GetRequiredService<ILogger<OutboxFlow>>());
        services.GetRequiredService<OutboxHub>().Add(flow);
        return flow;
    }

    /// <summary>The clock of Orleans' pulling agents, so that both stand still or run together in a test.</summary>
    public static TimeProvider ClockOf(IServiceProvider services) =>
        services.GetKeyedService<TimeProvider>(StreamingTimeProviderNames.Streaming) ?? TimeProvider.System;

    /// <summary>Called by the writer.</summary>
    public void HandOver(IReadOnlyList<OutboxRow> rows)
    {
        buffer.HandOver(rows);
        // A provider that has nothing to deliver for long must not hold its position where it began.
        if (rows[^1].Id < _nextMove)
            return;

        _nextMove = rows[^1].Id + OutboxBuffer.LateAfter;
        settler.Moved();
    }

    /// <summary>Delivering begins.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            settler.Resume();
            _reading?.Dispose();
            _reading = new CancellationTokenSource();
            _reader = Read(_reader, _reading.Token);
        }
    }

    /// <summary>Nothing more is read from the table.</summary>
    public async Task StopReading()
    {
        Task reader;
        lock (_gate)
        {
            _reading!.Cancel();
            reader = _reader;
        }

        await reader.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>What was delivered goes now.</summary>
    public Task Flush(TimeSpan limit) => settler.Flush(limit);

    /// <summary>Whether the database is unavailable, so that whoever stores something fails, whatever the event.</summary>
    public bool IsDatabaseFailing() => settler.IsDatabaseFailing();

    /// <summary>The events of what was taken. Those that cannot be read are put aside.</summary>
    /// <returns>What is left of it; null when nothing is.</returns>
    public Delivery? Open(Delivery delivery, out object[] events)
    {
        GroupCommitCrashPoints.EventsTaken.Reach();
        var read = new List<object>(delivery.Rows.Count);
        List<OutboxRow>? readable = null;
        for (var i = 0; i < delivery.Rows.Count; i++)
        {
            var row = delivery.Rows[i];
            try
            {
                read.Add(formats.Read(row));
                readable?.Add(row);
            }
            catch (Exception e)
            {
                LogUnreadable(e, row.Id, provider, delivery.Stream.Id);
                metrics.Quarantined(1);
                settler.Quarantine([AsideOf(row)], $"Cannot be read: {e.GetType().Name}: {e.Message}");
                readable ??= [.. delivery.Rows.Take(i)];
            }
        }

        events = [.. read];
        if (readable is null)
            return delivery;

        var rest = buffer.Narrow(delivery, readable);
        settler.Moved();
        return rest;
    }

    /// <summary>All who should have it have it.</summary>
    public void Delivered(Delivery delivery)
    {
        GroupCommitCrashPoints.EventsDelivered.Reach();
        metrics.Delivered(delivery.Rows.Count);
        Remove(delivery);
    }

    /// <summary>It is dealt with, and its stream goes on.</summary>
    public void Remove(Delivery delivery)
    {
        buffer.Settle(delivery);
        settler.Remove(delivery.Rows);
    }

    /// <summary>It stays in the outbox with the reason, and its stream goes on without it.</summary>
    public void PutAside(Delivery delivery, string reason)
    {
        metrics.Quarantined(delivery.Rows.Count);
        settler.Quarantine([.. delivery.Rows.Select(AsideOf)], reason);
        buffer.Settle(delivery);
        settler.Moved();
    }

    /// <summary>After delivering has ended.</summary>
    public void Dispose()
    {
        _reading?.Cancel();
        _reading?.Dispose();
        buffer.Dispose();
        metrics.Dispose();
    }

    /// <summary>As it would lie in the outbox; its place says that it does not yet.</summary>
    private OutboxRow AsideOf(OutboxRow row) => formats.ToOutbox(row) with { Place = row.Place };

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

                    if (page.After == 0)
                        buffer.Inherited = await dialect.ReadPosition(provider, cancellationToken).ConfigureAwait(false);

                    buffer.AddPage(page, await dialect.ReadOutbox(page.After, page.Limit, cancellationToken).ConfigureAwait(false));
                    settler.Moved();
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

    [LoggerMessage(1, LogLevel.Error, "Outbox row {Id} of stream {Provider}/{Stream} cannot be read; it is put aside")]
    private partial void LogUnreadable(Exception error, long id, string provider, StreamId stream);

    [LoggerMessage(5, LogLevel.Error, "The outbox of {Provider} cannot be read; trying again")]
    private partial void LogReadFailed(Exception error, string provider);
}
