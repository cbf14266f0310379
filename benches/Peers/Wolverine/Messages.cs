namespace Shop.Benches.Peers.WolverineFx;

// Messages, handlers and the saga are public: Wolverine writes code that calls them.

/// <summary>The command that starts a saga.</summary>
public sealed record PlaceOrder(Guid OrderId, string CustomerId, string ProductId, int Quantity, long Total);

public sealed record OrderPlaced(Guid OrderId, string ProductId, int Quantity);

public sealed record StockReserved(Guid OrderId);

public sealed record StockRefused(Guid OrderId);

public sealed record AuthorizePayment(Guid OrderId, long Amount);

public sealed record PaymentAuthorized(Guid OrderId);

public sealed record CapturePayment(Guid OrderId, long Amount);

public sealed record PaymentCaptured(Guid OrderId);

public sealed record OrderConfirmed(Guid OrderId);

public sealed record OrderRejected(Guid OrderId);

/// <summary>For those who wait in this process; of no use to anybody after a crash.</summary>
public sealed record OrderEnded(Guid OrderId, string Status, long Total);
