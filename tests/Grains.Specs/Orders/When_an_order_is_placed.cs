using System.Collections.Immutable;
using Shop.Orders;
using Shop.Products;
using Shop.Values;

namespace Grains.Specs.Orders;

public sealed class When_an_order_is_placed
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly OrderId Id = new(Guid.Parse("6f1c2f9e-8a53-5b0e-9a55-0f5d3a1b2c3d"));
    private static readonly TraceContext Trace = new("c-1");

    private readonly Dictionary<ProductId, ProductView?> products = new()
    {
        [new("beans")] = new(new("beans"), "Beans", new Money(1999, "EUR"), true, 3),
        [new("mug")] = new(new("mug"), "Mug", new Money(850, "EUR"), true, 1),
        [new("gone")] = new(new("gone"), "Gone", new Money(850, "EUR"), false, 1),
        [new("dollars")] = new(new("dollars"), "Dollars", new Money(850, "USD"), true, 1),
        [new("yacht")] = new(new("yacht"), "Yacht", new Money(OrderDecider.MaximumTotal, "EUR"), true, 1),
        [new("moon")] = new(new("moon"), "Moon", new Money(long.MaxValue, "EUR"), true, 1),
        [new("unknown")] = null,
    };

    [Fact]
    public void Should_take_prices_from_the_products_and_sum_them()
    {
        var decision = Place(("beans", 2), ("mug", 3));

        var placement = Assert.IsType<PlaceOrderResult.Placed>(decision.Answer).Placement;
        Assert.Equal(
            [new OrderLine(1, new("beans"), new(2), new Money(1999, "EUR")), new OrderLine(2, new("mug"), new(3), new Money(850, "EUR"))],
            placement.Lines);
        Assert.Equal(new Money((2 * 1999) + (3 * 850), "EUR"), placement.Total);
        Assert.Equal((Id, new CustomerId("c-42"), "tok_ok", Now, Trace),
            (placement.OrderId, placement.CustomerId, placement.PaymentMethod, placement.PlacedAt, placement.Trace));
        Assert.Equal(new OrderState(placement, "hash"), decision.Next);
        Assert.Same(placement, decision.Fact!.Placement);
    }

    [Fact]
    public void Should_take_one_product_on_several_lines()
    {
        var placement = Assert.IsType<PlaceOrderResult.Placed>(Place(("mug", 1), ("mug", 2)).Answer).Placement;

        Assert.Equal([1, 2], placement.Lines.Select(l => l.Number));
        Assert.Equal(3 * 850, placement.Total.Amount);
    }

    [Fact]
    public void Should_answer_the_same_request_with_the_first_placement()
    {
        var first = Place(("beans", 2));

        // The price has changed since: a replay does not look.
        products[new("beans")] = null;
        var again = Place(first.Next, "hash", ("beans", 2));

        Assert.Same(first.Next!.Placement, Assert.IsType<PlaceOrderResult.Replayed>(again.Answer).Placement);
        Assert.Null(again.Next);
        Assert.Null(again.Fact);
        Assert.Equal(again.Answer, OrderDecider.Repeat(first.Next, Command("hash", ("beans", 2))));
    }

    [Fact]
    public void Should_tell_another_request_under_the_same_id()
    {
        var first = Place(("beans", 2));

        var other = Place(first.Next, "another hash", ("mug", 1));

        Assert.IsType<PlaceOrderResult.Mismatch>(other.Answer);
        Assert.Null(other.Next);
        Assert.Null(other.Fact);
    }

    [Fact]
    public void Should_know_of_no_repetition_before_anything_was_placed() =>
        Assert.Null(OrderDecider.Repeat(null, Command("hash", ("beans", 1))));

    [Theory]
    [InlineData("unknown", LineFaultKind.UnknownProduct)]
    [InlineData("never-asked-for", LineFaultKind.UnknownProduct)]
    [InlineData("gone", LineFaultKind.NotForSale)]
    [InlineData("dollars", LineFaultKind.WrongCurrency)]
    public void Should_refuse_a_line_that_cannot_be_sold(string product, LineFaultKind kind)
    {
        var fault = Assert.Single(Refused(Place(("beans", 1), (product, 1), ("mug", 1))));

        Assert.Equal((1, kind), (fault.Index, fault.Kind));
        Assert.Contains(product, fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_name_every_line_that_cannot_be_sold() =>
        Assert.Equal(
            [(0, LineFaultKind.UnknownProduct), (2, LineFaultKind.WrongCurrency), (3, LineFaultKind.NotForSale)],
            Refused(Place(("unknown", 1), ("beans", 1), ("dollars", 1), ("gone", 1))).Select(f => (f.Index, f.Kind)));

    [Fact]
    public void Should_take_the_largest_total_and_refuse_one_more()
    {
        var largest = Assert.IsType<PlaceOrderResult.Placed>(Place(("yacht", 1)).Answer).Placement;
        var fault = Assert.Single(Refused(Place(("yacht", 1), ("mug", 1))));

        Assert.Equal(OrderDecider.MaximumTotal, largest.Total.Amount);
        Assert.Equal((1, LineFaultKind.TotalTooLarge), (fault.Index, fault.Kind));
    }

    [Fact]
    public void Should_refuse_what_does_not_fit_64_bits()
    {
        var faults = Refused(Place(("moon", Quantity.Maximum), ("moon", 1), ("mug", 1)));

        Assert.Equal([(0, LineFaultKind.TotalTooLarge), (1, LineFaultKind.TotalTooLarge)], faults.Select(f => (f.Index, f.Kind)));
    }

    private PlaceDecision Place(params (string Product, int Quantity)[] lines) => Place(null, "hash", lines);

    private PlaceDecision Place(OrderState? state, string hash, params (string Product, int Quantity)[] lines) =>
        OrderDecider.Repeat(state, Command(hash, lines)) is { } repeated
            ? new PlaceDecision(repeated, null, null)
            : OrderDecider.Place(Id, Command(hash, lines), products, Now);

    private static PlaceOrder Command(string hash, params (string Product, int Quantity)[] lines) => new(
        new CustomerId("c-42"),
        "EUR",
        [.. lines.Select(l => new RequestedLine(new ProductId(l.Product), new Quantity(l.Quantity)))],
        "tok_ok",
        hash,
        Trace);

    private static ImmutableArray<LineFault> Refused(PlaceDecision decision)
    {
        Assert.Null(decision.Next);
        Assert.Null(decision.Fact);
        return Assert.IsType<PlaceOrderResult.Refused>(decision.Answer).Faults;
    }
}
