using Grains.Specs.Telemetry;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Shop.Invariants;
using Shop.Operations;
using Shop.Stock;
using Shop.Values;

namespace Grains.Specs.Operations;

[Collection(typeof(ViolationsShown))]
public sealed class When_the_books_are_checked
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task Should_show_only_what_holds_of_a_shop_at_work()
    {
        var books = new StoredBooks();
        Assert.True((await Check(books)).Ok);
        Assert.Contains(("I6", 0L), ViolationsShown.Read());

        // Events that are on their way break the rules of a shop at rest, and no others.
        books.Outbox = new OutboxDepth(Waiting: 5, Quarantined: 0);
        Assert.False((await new InvariantsGrain(books, clock).CheckAtRest(TestContext.Current.CancellationToken)).Ok);

        Assert.Contains(("I6", 0L), ViolationsShown.Read());
    }

    [Fact]
    public async Task Should_name_a_reservation_that_is_held_under_two_products()
    {
        var reservation = new ReservationId(StoredSagas.Id(1), 1, 1);
        var books = new StoredBooks();
        foreach (var product in (string[])["p:beans", "p:cups"])
        {
            books.Reservations.Add(new DurableEntry<Reservation>(product, reservation.ToString(), new Reservation(ReservationStatus.Held, new Quantity(2), clock.GetUtcNow())));
            books.Stocks.Add(new DurableRow<StockState>(product, 1, StockState.Empty with { OnHand = 2, Held = 2 }));
        }

        var check = Assert.Single((await Check(books)).Checks, check => check.Id == "I2");

        Assert.Contains(check.Offenders, offender => offender == $"{reservation}: held of p:beans and of p:cups");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_end_when_nobody_waits_for_it_any_more(bool callerSaysSo)
    {
        var books = new StoredBooks { Stalls = true };
        using var gone = new CancellationTokenSource();
        var check = new InvariantsGrain(books, clock).Check(gone.Token);
        await books.IsStalled.WaitAsync(Patience, TestContext.Current.CancellationToken);

        if (callerSaysSo)
            await gone.CancelAsync();
        else
            clock.Advance(TimeSpan.FromMinutes(5));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.False(books.IsOpen);
    }

    private Task<InvariantReport> Check(StoredBooks books) => new InvariantsGrain(books, clock).Check(TestContext.Current.CancellationToken);
}
