namespace Shop.Sagas;

/// <summary>The saga's deadlines and retry limits (<c>Shop:Sagas:*</c>). Validated at start.</summary>
public sealed class SagaOptions
{
    /// <summary>
    /// How long after placing an order its saga is started at the latest, should the event not arrive, or the start be lost with its silo:
    /// it is not stored before the pivot. Default 5 s. Much shorter, and orders start by their rows whenever the broker is a little slow,
    /// and are stored once more while they wait for stock, which costs a call and a write each.
    /// </summary>
    public TimeSpan EnsureStartedAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long after it asked stock or payment a saga is woken to see that somebody still does; after that, whenever the step has lasted twice as long. Default 5 s.
    /// It is how long an order stands still whose silo died, or whose write failed. The danger of a short one is that of <see cref="EnsureStartedAfter"/>.
    /// </summary>
    public TimeSpan WakeAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the saga waits for all lines to be held before it asks again. Default 30 s.</summary>
    public TimeSpan ReserveTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it asks again before it gives the order up. Default 5.</summary>
    public int ReserveRetries { get; set; } = 5;

    /// <summary>How long an authorization may take before it counts as unknown. Default 10 s; longer than the gateway's own timeout.</summary>
    public TimeSpan AuthorizeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a capture may take before it counts as unknown. Default 10 s; longer than the gateway's own timeout.</summary>
    public TimeSpan CaptureTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the stock is held for a customer whose card was declined. Default 10 min.</summary>
    public TimeSpan PaymentWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many other payment methods a customer may try. Default 3.</summary>
    public int NewPaymentMethods { get; set; } = 3;

    /// <summary>The pauses between look-ups of an unknown payment; the last one repeats. Default 1, 2, 5, 15, 30, 60 s.</summary>
    public IList<TimeSpan> LookupDelays { get; } = [];

    /// <summary>How long an unknown authorization is looked up before the order is given up. Default 15 min. An unknown capture never is.</summary>
    public TimeSpan AuthorizationUnknownLimit { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a step may stay without success before the order is marked for a person. Default 15 min.</summary>
    public TimeSpan AttentionAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a confirmed order can still be cancelled before its goods leave. Default 60 s.</summary>
    public TimeSpan CancelWindow { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long fulfilment and compensation wait for outstanding answers before they ask again; doubles up to <see cref="RedriveLimit"/>. Default 30 s.</summary>
    public TimeSpan RedriveAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause between such rounds, and between retries after the pivot. Default 5 min.</summary>
    public TimeSpan RedriveLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The first pause after a transient fault of a call; it doubles, with jitter. Default 100 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between retries before the pivot. Default 5 s.</summary>
    public TimeSpan RetryDelayLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often a call is tried before the pivot. Default 10, which with its pauses outlasts the restart of a database; after the pivot and in compensation there is no limit.
    /// </summary>
    public int TriesBeforePivot { get; set; } = 10;

    private static readonly TimeSpan[] DefaultLookupDelays = [.. new[] { 1, 2, 5, 15, 30, 60 }.Select(s => TimeSpan.FromSeconds(s))];

    /// <summary>The pause before look-up number <paramref name="tries"/> + 1.</summary>
    internal TimeSpan LookupDelay(int tries)
    {
        var delays = LookupDelays.Count > 0 ? LookupDelays : DefaultLookupDelays;
        return delays[Math.Min(tries, delays.Count - 1)];
    }

    /// <summary>The pause before round <paramref name="tries"/> + 2 of fulfilment or compensation.</summary>
    internal TimeSpan RedriveDelay(int tries) =>
        Doubled(RedriveAfter, tries, RedriveLimit);

    /// <summary>A pause that doubles with every try, up to a limit.</summary>
    internal static TimeSpan Doubled(TimeSpan first, int tries, TimeSpan limit) =>
        TimeSpan.FromTicks((long)Math.Min(limit.Ticks, first.Ticks * Math.Pow(2, tries)));

    /// <summary>The validator: the settings that make no sense.</summary>
    /// <returns>Empty when all is well.</returns>
    internal IEnumerable<string> Faults()
    {
        (string Name, TimeSpan Value)[] times =
        [
            (nameof(EnsureStartedAfter), EnsureStartedAfter), (nameof(WakeAfter), WakeAfter), (nameof(ReserveTimeout), ReserveTimeout), (nameof(AuthorizeTimeout), AuthorizeTimeout),
            (nameof(CaptureTimeout), CaptureTimeout), (nameof(PaymentWindow), PaymentWindow), (nameof(AuthorizationUnknownLimit), AuthorizationUnknownLimit),
            (nameof(AttentionAfter), AttentionAfter), (nameof(CancelWindow), CancelWindow), (nameof(RedriveAfter), RedriveAfter),
            (nameof(RedriveLimit), RedriveLimit), (nameof(RetryDelay), RetryDelay), (nameof(RetryDelayLimit), RetryDelayLimit),
            .. LookupDelays.Select((delay, i) => ($"{nameof(LookupDelays)}:{i}", delay)),
        ];
        foreach (var (name, value) in times)
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(30))
                yield return $"Shop:Sagas:{name} is {value}, but must be longer than zero and at most 30 days.";
        }

        (string Name, int Value, int Least)[] counts =
            [(nameof(ReserveRetries), ReserveRetries, 0), (nameof(NewPaymentMethods), NewPaymentMethods, 0), (nameof(TriesBeforePivot), TriesBeforePivot, 1)];
        foreach (var (name, value, least) in counts)
        {
            if (value < least || value > 100)
                yield return $"Shop:Sagas:{name} is {value}, but must be {least} to 100.";
        }
    }

    /// <summary>How long a Reserve is good: past every round of asking, unless an outage or another clock comes between. Then it is given anew.</summary>
    internal TimeSpan ReserveLifetime => (ReserveTimeout * (ReserveRetries + 1)) + TimeSpan.FromMinutes(1);
}
