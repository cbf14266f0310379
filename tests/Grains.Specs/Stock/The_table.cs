using System.Text;
using Grains.Specs.Tables;
using Shop.Events;
using Shop.Stock;
using Shop.Values;
using static Grains.Specs.Stock.StockSamples;

namespace Grains.Specs.Stock;

/// <summary>
/// Every command against every state of the reservation, or of the adjustment, that it names. The product has 10 on hand, 4 of them held;
/// the reservation is of 3. A cell says the answer, the fact, and what is kept under the key; an answer alone changes nothing.
/// </summary>
public sealed class The_table
{
    private const string Reservations = """
        None
          Reserve                      → Held; StockHeld 3; keeps Held 3 until NotAfter
          Reserve all there is         → Held; StockHeld 6; keeps Held 6 until NotAfter
          Reserve more than there is   → Refused 7 of 6
          Reserve in the last moment   → Held; StockHeld 3; keeps Held 3 until NotAfter
          Reserve too late             → TooLate until now
          Reserve by a lagging clock   → TooLate until NotAfter
          Release by a lagging clock   → Released
          Release                      → Released; keeps Released 0 until NotAfter
          Release in the last moment   → Released; keeps Released 0 until NotAfter
          Release too late             → Released; forgets it
          Release known for longer     → Released; keeps Released 0 until later
          Ship                         → NotHeld
          Ship too late                → NotHeld
          Ship known for longer        → NotHeld

        Held
          Reserve                      → Held
          Reserve all there is         → Held
          Reserve more than there is   → Held
          Reserve in the last moment   → Held
          Reserve too late             → Held
          Reserve by a lagging clock   → Held
          Release by a lagging clock   → Released; StockReleased 3; keeps Released 3 until NotAfter
          Release                      → Released; StockReleased 3; keeps Released 3 until NotAfter
          Release in the last moment   → Released; StockReleased 3; keeps Released 3 until NotAfter
          Release too late             → Released; StockReleased 3; forgets it
          Release known for longer     → Released; StockReleased 3; keeps Released 3 until later
          Ship                         → Shipped; StockShipped 3; keeps Shipped 3 until NotAfter
          Ship too late                → Shipped; StockShipped 3; forgets it
          Ship known for longer        → Shipped; StockShipped 3; keeps Shipped 3 until later

        Released
          Reserve                      → Ended
          Reserve all there is         → Ended
          Reserve more than there is   → Ended
          Reserve in the last moment   → Ended
          Reserve too late             → Ended
          Reserve by a lagging clock   → Ended
          Release by a lagging clock   → Released
          Release                      → Released
          Release in the last moment   → Released
          Release too late             → Released
          Release known for longer     → Released
          Ship                         → NotHeld
          Ship too late                → NotHeld
          Ship known for longer        → NotHeld

        Released before its reserve: as Released

        Shipped: as Released, but
          Release by a lagging clock   → Shipped
          Release                      → Shipped
          Release in the last moment   → Shipped
          Release too late             → Shipped
          Release known for longer     → Shipped
          Ship                         → Shipped
          Ship too late                → Shipped
          Ship known for longer        → Shipped
        """;

    private const string Adjustments = """
        None
          Adjust                       → 12 on hand; StockAdjusted 2; keeps it for 24 hours
          Adjust for another reason    → 12 on hand; StockAdjusted 2; keeps it for 24 hours
          Adjust by all there is       → 4 on hand; StockAdjusted -6; keeps it for 24 hours
          Adjust by more than there is → Refused 7 of 6
          Adjust by nothing            → 10 on hand
          Adjust beyond counting       → TooMany

        Remembered
          Adjust                       → 5 on hand, replayed
          Adjust for another reason    → Mismatch
          Adjust by all there is       → Mismatch
          Adjust by more than there is → Mismatch
          Adjust by nothing            → Mismatch
          Adjust beyond counting       → Mismatch

        Remembered to the last moment: as Remembered

        Remembered too long ago: as None
        """;

    private static readonly DateTimeOffset Later = NotAfter.AddHours(1);

    // By a clock that is ahead, NotAfter had come, and a reservation until then was forgotten.
    private static readonly StockState TenSinceForgotten = Ten.Forgetting(NotAfter);

    private static readonly Dictionary<string, Reservation?> States = new()
    {
        ["None"] = null,
        ["Held"] = A(ReservationStatus.Held),
        ["Released"] = A(ReservationStatus.Released),
        ["Released before its reserve"] = A(ReservationStatus.Released, 0),
        ["Shipped"] = A(ReservationStatus.Shipped),
    };

    private static readonly Dictionary<string, Func<Reservation?, string>> Commands = new()
    {
        ["Reserve"] = r => Outcome(r, StockDecider.Reserve(Ten, r, Reserve(3), Now)),
        ["Reserve all there is"] = r => Outcome(r, StockDecider.Reserve(Ten, r, Reserve(6), Now)),
        ["Reserve more than there is"] = r => Outcome(r, StockDecider.Reserve(Ten, r, Reserve(7), Now)),
        ["Reserve in the last moment"] = r => Outcome(r, StockDecider.Reserve(Ten, r, Reserve(3), NotAfter)),
        ["Reserve too late"] = r => Outcome(r, StockDecider.Reserve(Ten, r, Reserve(3), TooLate)),
        ["Reserve by a lagging clock"] = r => Outcome(r, StockDecider.Reserve(TenSinceForgotten, r, Reserve(3), Now)),
        ["Release by a lagging clock"] = r => Outcome(r, StockDecider.Release(TenSinceForgotten, r, Release(), Now)),
        ["Release"] = r => Outcome(r, StockDecider.Release(Ten, r, Release(), Now)),
        ["Release in the last moment"] = r => Outcome(r, StockDecider.Release(Ten, r, Release(), NotAfter)),
        ["Release too late"] = r => Outcome(r, StockDecider.Release(Ten, r, Release(), TooLate)),
        ["Release known for longer"] = r => Outcome(r, StockDecider.Release(Ten, r, Release() with { NotAfter = Later }, TooLate)),
        ["Ship"] = r => Outcome(r, StockDecider.Ship(Ten, r, Ship(), Now)),
        ["Ship too late"] = r => Outcome(r, StockDecider.Ship(Ten, r, Ship(), TooLate)),
        ["Ship known for longer"] = r => Outcome(r, StockDecider.Ship(Ten, r, Ship(Later), TooLate)),
    };

    private static readonly Dictionary<string, Adjustment?> Keys = new()
    {
        ["None"] = null,
        ["Remembered"] = Remembered(Now.AddHours(1)),
        ["Remembered to the last moment"] = Remembered(Now),
        ["Remembered too long ago"] = Remembered(Now.AddTicks(-1)),
    };

    private static readonly Dictionary<string, AdjustStock> Requests = new()
    {
        ["Adjust"] = Adjust(2),
        ["Adjust for another reason"] = Adjust(2) with { Reason = "damage" },
        ["Adjust by all there is"] = Adjust(-6),
        ["Adjust by more than there is"] = Adjust(-7),
        ["Adjust by nothing"] = Adjust(0),
        ["Adjust beyond counting"] = Adjust(StockDecider.MaximumOnHand),
    };

    private static readonly WrittenTable OfReservations = new(Reservations);
    private static readonly WrittenTable OfAdjustments = new(Adjustments);

    public static IEnumerable<TheoryDataRow<string, string>> ReservationCells() =>
        from state in OfReservations.States from command in Commands.Keys select new TheoryDataRow<string, string>(state, command);

    public static IEnumerable<TheoryDataRow<string, string>> AdjustmentCells() =>
        from state in OfAdjustments.States from command in Requests.Keys select new TheoryDataRow<string, string>(state, command);

    [Theory, MemberData(nameof(ReservationCells))]
    public void Each_reservation_is_as_written(string state, string command) =>
        Assert.Equal(OfReservations[state, command], Commands[command](States[state]));

    [Theory, MemberData(nameof(AdjustmentCells))]
    public void Each_adjustment_is_as_written(string state, string command) =>
        Assert.Equal(OfAdjustments[state, command], Outcome(StockDecider.Adjust(Ten, Product, Keys[state], Requests[command], Now)));

    [Fact]
    public void Every_command_meets_every_status()
    {
        // A command is a public method of the decider; the inputs that vary it begin with its name.
        var commands = typeof(StockDecider).GetMethods().Where(m => m.IsStatic).Select(m => m.Name).ToArray();
        Assert.All(commands, c => Assert.Contains(Commands.Keys.Concat(Requests.Keys), input => input.Split(' ')[0] == c));
        Assert.Empty(Enum.GetNames<ReservationStatus>().Append("None").Except(OfReservations.States));
        Assert.Equal(States.Keys.Order(), OfReservations.States.Order());
        Assert.Equal(Keys.Keys.Order(), OfAdjustments.States.Order());
        Assert.Empty(OfReservations.Written.Select(c => c.Input).Except(Commands.Keys));
        Assert.Empty(OfAdjustments.Written.Select(c => c.Input).Except(Requests.Keys));
    }

    /// <summary>Also that the counters are the fact's doing, and nothing else's.</summary>
    private static string Outcome<TAnswer>(Reservation? before, StockDecision<TAnswer> decision)
    {
        var text = new StringBuilder("→ ").Append(decision.Answer switch
        {
            ReserveStockResult.Refused r => $"Refused {r.Requested} of {r.Available}",
            ReserveStockResult.TooLate r => $"TooLate until {(r.Until == NotAfter ? "NotAfter" : r.Until == TooLate ? "now" : r.Until)}",
            _ => decision.Answer!.GetType().Name,
        });
        if (decision.Effect is not { } effect)
            return text.ToString();

        if (effect.Fact is { } fact)
            text.Append(Invariant($"; {fact.GetType().Name} {Pieces(fact)}"));
        Assert.Equal(effect.Fact is null ? Ten : Ten.Evolve(effect.Fact), effect.Next with { ForgottenUntil = default });
        Assert.True(effect.Next != Ten || effect.Entry != before, "Something is to be stored, but nothing has changed.");
        Assert.True(effect.Entry is not null || effect.Next.ForgottenUntil == NotAfter, "It is forgotten, but not that it was.");
        Assert.True(effect.Entry is null || effect.Entry.NotAfter == NotAfter || effect.Entry.NotAfter == Later);
        text.Append(effect.Entry is not { } entry
            ? "; forgets it"
            : Invariant($"; keeps {entry.Status} {entry.Quantity.Value} until {(entry.NotAfter == Later ? "later" : "NotAfter")}"));
        return text.ToString();
    }

    private static string Outcome(AdjustDecision decision)
    {
        var text = new StringBuilder("→ ").Append(decision.Answer switch
        {
            AdjustStockResult.Adjusted a => Invariant($"{a.Stock.OnHand} on hand{(a.Replayed ? ", replayed" : "")}"),
            AdjustStockResult.Refused r => Invariant($"Refused {r.Requested} of {r.Available}"),
            _ => decision.Answer.GetType().Name,
        });
        Assert.Equal(decision.Fact is null ? null : Ten.Evolve(decision.Fact), decision.Next);
        if (decision.Fact is { } fact)
            text.Append(Invariant($"; StockAdjusted {fact.Delta}"));
        if (decision.Remembered is { } remembered)
            text.Append(Invariant($"; keeps it for {(remembered.ExpiresAt - Now).TotalHours} hours"));
        return text.ToString();
    }

    private static long Pieces(IStockFact fact) => fact switch
    {
        StockHeld f => f.Quantity.Value,
        StockReleased f => f.Quantity.Value,
        StockShipped f => f.Quantity.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, "Not of a reservation."),
    };

    private static AdjustStock Adjust(long delta) => new(new IdempotencyKey("k"), delta, "receipt", Trace);

    private static Adjustment Remembered(DateTimeOffset until) =>
        new(2, "receipt", new StockState { OnHand = 5, Sequence = 3 }.View(Product), until);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
