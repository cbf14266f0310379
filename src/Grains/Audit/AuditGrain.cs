using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Orleans.Streams;
using Orleans.Streams.Core;
using Shop.Events;
using Shop.Telemetry;

namespace Shop.Audit;

/// <summary>
/// One per partition, for the streams of all three namespaces. Earlier releases do not log their events with their commits: while their
/// silos are in the cluster, or have left events in the outbox, this grain logs them. It answers the stream, and so lets the events go,
/// when they are durable. One that is delivered again is there already and stays as it is. One that does not prove where it comes from is
/// not logged before the books have it: it would take the place of the true one.
/// </summary>
/// <remarks>
/// An unavailable database is no event's fault. It is waited for: as long as a call may take here, and then by the stream, which delivers
/// again; an <see cref="AuditUnavailableException"/> tells it that it must not give up.
/// </remarks>
[GrainType("audit"), Reentrant] // Its three streams need not wait for each other.
[ImplicitStreamSubscription(ShopStreams.Orders), ImplicitStreamSubscription(ShopStreams.Stock), ImplicitStreamSubscription(ShopStreams.Payments)]
internal sealed partial class AuditGrain(IDurableLog log, IDurableInspector books, TimeProvider time, ILogger<AuditGrain> logger)
    : Grain, IAuditGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<ShopEvent>
{
    /// <summary>Shorter than a call may take, so that whoever delivers is told the reason.</summary>
    private static readonly TimeSpan AppendLimit = TimeSpan.FromSeconds(20);

    /// <summary>Of one write. After an outage of the broker thousands of events come at once; in one transaction they would hold up everybody's.</summary>
    private const int PieceSize = 256;

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<ShopEvent>().ResumeAsync(this);

    public async Task OnNextAsync(IList<SequentialItem<ShopEvent>> items)
    {
        List<ShopEvent> unlogged = [];
        foreach (var item in items)
        {
            if (item.Item.Logged)
                ShopMeter.Processed(EventConsumer.Audit, item.Item.Fact, EventFate.Skipped);
            else
                unlogged.Add(item.Item);
        }

        if (unlogged.Count == 0)
            return;

        var started = time.GetTimestamp();
        var forged = await FindForged(unlogged);
        var kept = unlogged.FindAll(happened => !forged.Contains(happened));
        try
        {
            await Append([.. kept.Select(happened => new DurableLogEntry<AuditedEvent>(
                happened.Entity, happened.Sequence, new AuditedEvent(happened.OccurredAt, happened.Trace, happened.Fact)))], started);
        }
        catch (Exception e) when (e is DurableStateLostException or GroupCommitQueueFullException or TimeoutException)
        {
            throw Unavailable(unlogged, e);
        }

        // One line for all of them, or whoever can publish can fill the disk.
        if (forged.Count > 0)
            LogForged(forged.Count, forged[0].EventId);
        Count(forged, EventFate.Refused);
        Count(kept, EventFate.Processed);
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex)
    {
        LogStreamError(this.GetPrimaryKeyString(), ex);
        return Task.CompletedTask;
    }

    private async Task<List<ShopEvent>> FindForged(List<ShopEvent> unlogged)
    {
        List<ShopEvent> forged = [];
        if (unlogged.TrueForAll(happened => happened.Proven))
            return forged;

        try
        {
            using var limit = new CancellationTokenSource(AppendLimit, time);
            await using var snapshot = await books.OpenSnapshot(limit.Token);
            foreach (var happened in unlogged)
            {
                if (!happened.Proven && !await CommittedFacts.Has(snapshot, happened, limit.Token))
                    forged.Add(happened);
            }

            return forged;
        }
        catch (Exception e)
        {
            // Whatever it is: what cannot be checked is neither logged nor given up.
            throw Unavailable(unlogged, e);
        }
    }

    private AuditUnavailableException Unavailable(List<ShopEvent> events, Exception fault)
    {
        Count(events, EventFate.Failed);
        LogWaiting(events.Count, events[0].EventId, fault);
        return new AuditUnavailableException($"{events.Count} events from {events[0].EventId} on could not be kept: {fault.Message}");
    }

    /// <summary>Piece by piece: the next is offered when the one before is durable, so that others' writes come between.</summary>
    private async Task Append(DurableLogEntry<AuditedEvent>[] entries, long started)
    {
        foreach (var piece in entries.Chunk(PieceSize))
        {
            var left = AppendLimit - time.GetElapsedTime(started);
            await log.Append(AuditLog.Name, piece).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        }
    }

    private static void Count(List<ShopEvent> events, EventFate fate)
    {
        foreach (var happened in events)
            ShopMeter.Processed(EventConsumer.Audit, happened.Fact, fate);
    }

    [LoggerMessage(1, LogLevel.Warning, "The audit could not keep {Count} events, {EventId} and what came with it; they are delivered again.")]
    private partial void LogWaiting(int count, string eventId, Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "A stream of {Partition} reports a fault to the audit.")]
    private partial void LogStreamError(string partition, Exception fault);

    [LoggerMessage(3, LogLevel.Warning, "{Count} events are not logged, {EventId} first: their messages do not prove that the shop has published them, and the books do not have them. Somebody else may publish to the broker.")]
    private partial void LogForged(int count, string eventId);
}

/// <summary>Only so that the grain has an interface; events reach it through the streams.</summary>
[Alias("shop.audit"), GrainInterfaceType("shop.audit")]
internal interface IAuditGrain : IGrainWithStringKey;

/// <summary>The audit's database is unavailable; which events it was to keep does not matter.</summary>
[GenerateSerializer, Alias("shop.audit-unavailable")]
public sealed class AuditUnavailableException : Exception
{
    public AuditUnavailableException() { }

    public AuditUnavailableException(string message) : base(message) { }

    public AuditUnavailableException(string message, Exception inner) : base(message, inner) { }
}
