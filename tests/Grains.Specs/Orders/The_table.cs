using Grains.Specs.Tables;
using Shop.Orders;
using Shop.Products;
using Shop.Values;

namespace Grains.Specs.Orders;

/// <summary>Every request to place an order, where none was placed, the same one was, and another one was.</summary>
public sealed class The_table
{
    private const string Table = """
        Not placed
          Repeat                          asks on
          Place                           → Placed; stored and told
          Place twice of one product      → Placed; stored and told
          Place for nothing               → Placed; stored and told
          Place an unknown product        → Refused: UnknownProduct
          Place a product nobody read     → Refused: UnknownProduct
          Place what is not for sale      → Refused: NotForSale
          Place in other money            → Refused: WrongCurrency
          Place more than can be counted  → Refused: TotalTooLarge
          Place with several faults       → Refused: UnknownProduct NotForSale TotalTooLarge

        Placed by the same request
          Repeat                          → Replayed
          Place                           → Replayed
          Place twice of one product      → Replayed
          Place for nothing               → Replayed
          Place an unknown product        → Replayed
          Place a product nobody read     → Replayed
          Place what is not for sale      → Replayed
          Place in other money            → Replayed
          Place more than can be counted  → Replayed
          Place with several faults       → Replayed

        Placed by another request
          Repeat                          → Mismatch
          Place                           → Mismatch
          Place twice of one product      → Mismatch
          Place for nothing               → Mismatch
          Place an unknown product        → Mismatch
          Place a product nobody read     → Mismatch
          Place what is not for sale      → Mismatch
          Place in other money            → Mismatch
          Place more than can be counted  → Mismatch
          Place with several faults       → Mismatch
        """;

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly OrderId Id = new(Guid.Parse("6f1c2f9e-8a53-5b0e-9a55-0f5d3a1b2c3d"));

    private static readonly Dictionary<ProductId, ProductView?> Products = new()
    {
        [new("beans")] = new(new("beans"), "Beans", new Money(1999, "EUR"), true, 3),
        [new("leaflet")] = new(new("leaflet"), "Leaflet", new Money(0, "EUR"), true, 1),
        [new("gone")] = new(new("gone"), "Gone", new Money(850, "EUR"), false, 1),
        [new("dollars")] = new(new("dollars"), "Dollars", new Money(850, "USD"), true, 1),
        [new("yacht")] = new(new("yacht"), "Yacht", new Money(OrderDecider.MaximumTotal, "EUR"), true, 1),
        [new("unknown")] = null,
    };

    private static readonly Dictionary<string, Func<OrderState?, string>> Inputs = new()
    {
        ["Repeat"] = order => OrderDecider.Repeat(order, Of("beans")) is { } answer ? $"→ {answer.GetType().Name}" : "asks on",
        ["Place"] = order => Place(order, "beans"),
        ["Place twice of one product"] = order => Place(order, "beans", "beans"),
        ["Place for nothing"] = order => Place(order, "leaflet"),
        ["Place an unknown product"] = order => Place(order, "unknown", "beans"),
        ["Place a product nobody read"] = order => Place(order, "nobody-read-it"),
        ["Place what is not for sale"] = order => Place(order, "beans", "gone"),
        ["Place in other money"] = order => Place(order, "dollars", "beans"),
        ["Place more than can be counted"] = order => Place(order, "yacht", "beans"),
        ["Place with several faults"] = order => Place(order, "unknown", "gone", "yacht", "yacht"),
    };

    private static readonly OrderState First = OrderDecider.Place(Id, Of("leaflet"), Products, Now.AddDays(-1)).Next!;

    private static readonly Dictionary<string, OrderState?> Orders = new()
    {
        ["Not placed"] = null,
        ["Placed by the same request"] = First,
        ["Placed by another request"] = First with { RequestHash = "of another" },
    };

    private static readonly WrittenTable Named = new(Table);

    public static IEnumerable<TheoryDataRow<string, string>> Cells() =>
        from order in Named.States from input in Inputs.Keys select new TheoryDataRow<string, string>(order, input);

    [Theory, MemberData(nameof(Cells))]
    public void Each_cell_is_as_written(string order, string input) => Assert.Equal(Named[order, input], Inputs[input](Orders[order]));

    [Fact]
    public void Every_command_and_every_fault_has_a_case()
    {
        var commands = typeof(OrderDecider).GetMethods().Where(m => m.IsStatic).Select(m => m.Name);
        Assert.All(commands, c => Assert.Contains(Inputs.Keys, input => input.Split(' ')[0] == c));
        Assert.All(Enum.GetNames<LineFaultKind>(), fault => Assert.Contains(Inputs.Keys, input => Named["Not placed", input] == $"→ Refused: {fault}"));
        Assert.Equal(Orders.Keys, Named.States);
        Assert.Equal(Orders.Count * Inputs.Count, Named.Written.Count());
    }

    private static string Place(OrderState? order, params string[] products)
    {
        var decision = OrderDecider.Repeat(order, Of(products)) is { } repeated
            ? new PlaceDecision(repeated, null, null)
            : OrderDecider.Place(Id, Of(products), Products, Now);
        Assert.Equal(decision.Next?.Placement, decision.Fact?.Placement);
        var changes = decision.Next is null ? "" : "; stored and told";
        return decision.Answer switch
        {
            PlaceOrderResult.Refused refused => $"→ Refused: {string.Join(' ', refused.Faults.Select(f => f.Kind))}{changes}",
            PlaceOrderResult.Replayed replayed => $"→ {(replayed.Placement == order!.Placement ? "Replayed" : "Replayed another")}{changes}",
            _ => $"→ {decision.Answer.GetType().Name}{changes}",
        };
    }

    private static PlaceOrder Of(params string[] products) => new(
        new CustomerId("c-42"), "EUR", [.. products.Select(p => new RequestedLine(new ProductId(p), new Quantity(1)))], "tok_ok", "hash", new TraceContext("c-1"));
}
