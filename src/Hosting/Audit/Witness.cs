using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Orleans.Persistence.GroupCommit;
using Orleans.Streams.RabbitMQ;
using Shop.Events;
using Shop.Hosting.Settings;
using Shop.Hosting.Silos;
using Shop.Hosting.Streams;

namespace Shop.Hosting.Audit;

/// <summary>
/// Hears what an outsider would hear, on one silo of the cluster at a time, and compares it with the log: every event that was given to
/// the broker must have come back from there. Nothing depends on it. It begins where the log ends when it gets its queue, and again
/// whenever it may have missed something itself.
/// </summary>
internal sealed partial class Witness : SiloWork
{
    private const string Queue = "witness";
    private const int PageSize = 1_000;

    // Of events that are not delivered, such as while the broker takes none; some tens of megabytes.
    private const int MostRemembered = 100_000;
    private const int MostNamed = 20;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(5);

    private readonly IDurableLogReader log;
    private readonly IRabbitMqListeners broker;
    private readonly ShopCloudEvents format;
    private readonly TimeProvider time;
    private readonly ILogger<Witness> logger;
    private readonly Counter<long> unheard;
    private volatile WitnessNotes? notes;
    private long comparedAt;
    private string? told;

    public Witness(
        IDurableLogReader log, [FromKeyedServices(ShopStreams.Provider)] IRabbitMqListeners broker, ShopSettings settings, TimeProvider time,
        IMeterFactory meters, ILogger<Witness> logger)
    {
        (this.log, this.broker, this.time, this.logger) = (log, broker, time, logger);
        format = new ShopCloudEvents(settings.ServiceId);
        var meter = meters.Create("Shop");
        unheard = meter.CreateCounter<long>(
            "shop.events.unheard", "{event}", "Events that were given to the broker, or put aside, and did not come back from there.");
        meter.CreateObservableGauge(
            "shop.witness.lag", ReadLag, "s", "How long ago the witness, where it listens, began the last comparison that it has finished.");
        // The first one is an increase then, which an alert can see.
        unheard.Add(0);
    }

    protected override async Task Work(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await Listen(stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                // Every try of an outage comes here.
                if (told != e.Message)
                    LogInterrupted(e, told = e.Message);
            }

            Volatile.Write(ref comparedAt, 0);
            await Task.Delay(BetweenTries, time, stopping);
        }
    }

    private async Task Listen(CancellationToken stopping)
    {
        // Nothing is noted of what lay in the queue.
        notes = null;
        await using var listener = await broker.Listen(Queue, Hear, stopping);
        // Until no other silo has the queue. What comes into the log after that cannot have gone there.
        await listener.CatchUp(stopping);
        var heard = notes = new WitnessNotes(MostRemembered);
        var position = await log.ReadEnd(stopping);
        LogListens();
        using var timer = new PeriodicTimer(BetweenLooks, time);
        do
        {
            var began = time.GetTimestamp();
            position = await Compare(listener, heard, position, stopping);
            Volatile.Write(ref comparedAt, began);
            told = null;
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private void Hear(WireEvents message)
    {
        foreach (var happened in message.Events)
            notes?.Hear((ShopEvent)happened);
    }

    /// <returns>Up to where the log was read.</returns>
    private async Task<DurableLogPosition> Compare(
        IRabbitMqListener listener, WitnessNotes heard, DurableLogPosition position, CancellationToken stopping)
    {
        heard.BeginReading();
        DurableLogPage page;
        do
        {
            page = await log.ReadPlaces(position, PageSize, stopping);
            heard.Read(page.Places.Where(place => place.Provider == ShopStreams.Provider));
            position = page.End;
        }
        while (page.HasMore && !heard.IsFull);

        // In this order: the broker had confirmed what is delivered before it was asked for all that it has confirmed.
        var due = await log.FindDelivered([.. heard.FindUnheard()], stopping);
        await listener.CatchUp(stopping);
        if (heard.IsFull)
            throw new InvalidOperationException($"More than {MostRemembered} events are logged and not yet heard, or were heard at once.");

        var given = heard.GiveUp(due);
        var missing = given.Where(unheard => unheard.Claim is null).Select(unheard => unheard.Place).ToList();
        try
        {
            foreach (var (place, claim) in given)
            {
                if (claim is not null && !await IsLogged(place, claim, stopping))
                    missing.Add(place);
            }
        }
        finally
        {
            // What is certain is told, also when the log cannot be asked about the rest.
            Report([.. missing.Select(place => $"{place.Entity}/{place.Sequence}")]);
        }

        return position;
    }

    /// <summary>A silo that has no keys yet signs nothing. As everywhere, the books decide then: what is said must be what is logged.</summary>
    private async Task<bool> IsLogged(DurableLogPlace place, ShopEvent claim, CancellationToken stopping) =>
        await log.ReadHistory<ShopEvent>(place.Log, place.Entity, place.Sequence, limit: 1, stopping) is [var entry]
            && entry.Sequence == place.Sequence && JsonOf(entry.Value).SequenceEqual(JsonOf(claim));

    private ReadOnlySpan<byte> JsonOf(ShopEvent happened)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
            format.Write(happened, json);
        return bytes.WrittenSpan;
    }

    private void Report(IReadOnlyList<string> missing)
    {
        if (missing.Count == 0)
            return;

        unheard.Add(missing.Count);
        var names = string.Join(", ", missing.Take(MostNamed));
        LogUnheard(missing.Count, missing.Count > MostNamed ? $"{names} and {missing.Count - MostNamed} more" : names);
    }

    private IEnumerable<Measurement<double>> ReadLag() =>
        Volatile.Read(ref comparedAt) is var began and not 0 ? [new(time.GetElapsedTime(began).TotalSeconds)] : [];

    [LoggerMessage(1, LogLevel.Information, "The witness listens here: what is logged from now on must be heard from the broker.")]
    private partial void LogListens();

    [LoggerMessage(2, LogLevel.Warning,
        "The witness is interrupted; it begins anew, at the end of the log, and nothing else is affected: {Reason}")]
    private partial void LogInterrupted(Exception fault, string reason);

    [LoggerMessage(3, LogLevel.Error,
        "{Count} events did not come back from the broker, which had confirmed them unless they were put aside: {Events}. Whoever listens there "
        + "lacks them, too; the log has them. Find out what is wrong with the broker or its bindings, and tell listeners what they lack.")]
    private partial void LogUnheard(int count, string events);
}

internal static class WitnessSiloBuilderExtensions
{
    public static ISiloBuilder AddWitness(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, Witness>();
        return silo;
    }
}
