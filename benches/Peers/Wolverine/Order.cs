using Shop.Benches.Peers.Contract;
using Wolverine;
using Wolverine.Persistence.Sagas;

namespace Shop.Benches.Peers.WolverineFx;

/// <summary>The saga, and the order that clients read. It is kept when it has ended.</summary>
public sealed class Order : Saga
{
    public Guid Id { get; set; }

    public string CustomerId { get; set; } = "";

    public string ProductId { get; set; } = "";

    public int Quantity { get; set; }

    public long Total { get; set; }

    public string Status { get; set; } = Statuses.Placed;

    public static (Order, OrderPlaced) Start(PlaceOrder command) => (
        new Order
        {
            Id = command.OrderId, CustomerId = command.CustomerId, ProductId = command.ProductId, Quantity = command.Quantity, Total = command.Total,
        },
        new OrderPlaced(command.OrderId, command.ProductId, command.Quantity));

    public AuthorizePayment Handle([SagaIdentityFrom(nameof(StockReserved.OrderId))] StockReserved _)
    {
        Status = "reserved";
        return new AuthorizePayment(Id, Total);
    }

    public CapturePayment Handle([SagaIdentityFrom(nameof(PaymentAuthorized.OrderId))] PaymentAuthorized _)
    {
        Status = "authorized";
        return new CapturePayment(Id, Total);
    }

    public (OrderConfirmed, OrderEnded) Handle([SagaIdentityFrom(nameof(PaymentCaptured.OrderId))] PaymentCaptured _)
    {
        Status = Statuses.Confirmed;
        return (new OrderConfirmed(Id), new OrderEnded(Id, Status, Total));
    }

    public (OrderRejected, OrderEnded) Handle([SagaIdentityFrom(nameof(StockRefused.OrderId))] StockRefused _)
    {
        Status = Statuses.Rejected;
        return (new OrderRejected(Id), new OrderEnded(Id, Status, Total));
    }
}
