using Grains.Specs.Telemetry;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Shop.Operations;

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

    private Task<InvariantReport> Check(StoredBooks books) => new InvariantsGrain(books, clock).Check();
}
