using System.Diagnostics;
using System.Diagnostics.Metrics;
using Shop.Events;
using Shop.Operations;

namespace Shop.Telemetry;

/// <summary>
/// The shop's own instruments, on the meter <c>Shop</c>; docs/metrics.md is their list. Whatever counts a fact counts it when the fact is durable,
/// so a counter may miss some of what happened as its process died, and never invents any. No label holds an id: the series are few, however
/// many orders there are. One meter a process, as there is one page a process.
/// </summary>
internal static class ShopMeter
{
    public const string Name = "Shop";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "events.processed", "{event}", "Events that a consumer (saga, audit) was given, by what became of them: processed, failed, skipped, refused.");

    private static readonly Counter<long> Orders = Meter.CreateCounter<long>(
        "shop.orders", "{order}", "Orders that got an outcome: confirmed, completed, rejected, cancelled.");

    // From a fast machine's step to an order that waits a day for its money.
    private static readonly Histogram<double> Steps = Meter.CreateHistogram(
        "shop.saga.step.duration", "s", "How long orders stayed in a state that they have left.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 600, 3600, 86400] });

    private static readonly Counter<long> Unknowns = Meter.CreateCounter<long>(
        "shop.payment.unknowns", "{payment}", "Times that the gateway did not say how a payment operation ended: authorize, capture.");

    private static readonly Counter<long> Replays = Meter.CreateCounter<long>(
        "shop.replays", "{request}", "Requests that had come before and got their first answer again: place, pay, cancel, adjust.");

    static ShopMeter()
    {
        Meter.CreateObservableGauge("shop.sagas", SagaGauge.Read, "{saga}", "Orders that have not ended, by state, as stored at the last count.");
        Meter.CreateObservableGauge("shop.invariant.violations", InvariantGauge.ReadViolations, "{entity}", "Entities that broke an invariant at the last check of this process.");
        Meter.CreateObservableGauge("shop.invariant.check.age", InvariantGauge.ReadAge, "s", "How long ago that check was.");
    }

    /// <summary>Shows what has not happened yet as 0: the first time is an increase then, which an alert can see.</summary>
    public static void Begin()
    {
        foreach (var outcome in (string[])["confirmed", "completed", "rejected", "cancelled"])
            Orders.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
        foreach (var operation in (string[])["authorize", "capture"])
            Unknowns.Add(0, new KeyValuePair<string, object?>("operation", operation));
        foreach (var operation in (string[])["place", "pay", "cancel", "adjust"])
            Replays.Add(0, new KeyValuePair<string, object?>("operation", operation));
    }

    /// <summary>A consumer has done with an event.</summary>
    public static void Processed(EventConsumer consumer, IFact fact, EventFate fate) =>
        Events.Add(1, new("event_type", FactNames.Of(fact)), new("status", NameOf(fate)), new("consumer", NameOf(consumer)));

    public static void Ended(string outcome) => Orders.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public static void Left(string step, TimeSpan after) => Steps.Record(after.TotalSeconds, new KeyValuePair<string, object?>("step", step));

    public static void PaymentIsUnknown(string operation) => Unknowns.Add(1, new KeyValuePair<string, object?>("operation", operation));

    /// <summary>A request was answered as it was the first time.</summary>
    public static void Replayed(string operation) => Replays.Add(1, new KeyValuePair<string, object?>("operation", operation));

    public static void Checked(InvariantReport report) => InvariantGauge.Set(report);

    private static string NameOf(EventConsumer consumer) => consumer switch
    {
        EventConsumer.Saga => "saga",
        EventConsumer.Audit => "audit",
        _ => throw new UnreachableException(),
    };

    private static string NameOf(EventFate fate) => fate switch
    {
        EventFate.Processed => "processed",
        EventFate.Failed => "failed",
        EventFate.Skipped => "skipped",
        EventFate.Refused => "refused",
        _ => throw new UnreachableException(),
    };
}

/// <summary>Who is given events: the audit all of them, the saga those of orders.</summary>
internal enum EventConsumer
{
    Saga,
    Audit,
}

/// <summary>What became of an event at one consumer.</summary>
internal enum EventFate
{
    /// <summary>What it caused is durable.</summary>
    Processed,

    /// <summary>Not this time: it is delivered again, or something else sees to it.</summary>
    Failed,

    /// <summary>Nothing for this consumer.</summary>
    Skipped,

    /// <summary>It does not prove that the shop has published it, and the books know nothing of it: somebody has forged it.</summary>
    Refused,
}
