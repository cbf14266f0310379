using Shop.Events;
using Shop.Orders;
using Shop.Values;

namespace Shop.WebApi.Specs.Events.Authentication;

/// <summary>A well-formed order that nobody has placed.</summary>
internal static class Forgery
{
    public static ShopEvent Of(string product)
    {
        var (order, trace, now) = (new OrderId(Guid.NewGuid()), new TraceContext("forged"), DateTimeOffset.UtcNow);
        var placement = new OrderPlacement(
            order, new CustomerId("thief"), [new OrderLine(1, new ProductId(product), new Quantity(3), new Money(1, "EUR"))], new Money(3, "EUR"), "tok_ok", now, trace);
        return new ShopEvent($"order/{order.Key}", 1, now, trace, new OrderPlaced(placement));
    }
}
