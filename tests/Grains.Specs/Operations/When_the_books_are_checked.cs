using Grains.Specs.Telemetry;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Shop.Operations;
using Shop.Stock;
using Shop.Values;

namespace Grains.Specs.Operations;

[Collection(typeof(ViolationsShown))]
public sealed class When_the_books_are_checked
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task Should_show_only_what_holds_of_a_shop_at_work()
    {
        var books = new StoredBooks();
        Assert.True((await Check(books)).Ok);
        Assert.Contains(("I6", 0L), ViolationsShown.Read());

        // Events that are on their way break the rules of a shop at rest, and no others.
        books.Outbox = new OutboxDepth(Waiting: 5, Quarantined: 0);
        Assert.False((await new InvariantsGrain(books, clock).CheckAtRest()).Ok);

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

    private Task<InvariantReport> Check(StoredBooks books) => new InvariantsGrain(books, clock).Check();
}
