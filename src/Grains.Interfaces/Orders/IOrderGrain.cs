namespace Shop.Orders;

/// <summary>
/// The immutable placement of one order; key <c>o:&lt;uuid&gt;</c>. What becomes of it is the saga's
/// (<see cref="Shop.Sagas.IOrderSagaGrain"/>).
/// </summary>
[Alias("shop.order"), GrainInterfaceType("shop.order")]
public interface IOrderGrain : IGrainWithStringKey
{
    /// <summary>
    /// Places the order, once. Answers when placement, OrderPlaced and the row that guarantees the saga's start are durable.
    /// Repeating it answers <see cref="PlaceOrderResult.Replayed"/>; another request under the same id answers
    /// <see cref="PlaceOrderResult.Mismatch"/>.
    /// </summary>
    [Alias("Place")]
    Task<PlaceOrderResult> Place(PlaceOrder command);

    /// <summary>The placement, or null when this order was never placed.</summary>
    [Alias("Read")]
    Task<OrderPlacement?> Read();
}
