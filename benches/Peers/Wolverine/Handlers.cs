using Npgsql;
using Shop.Benches.Peers.Contract;
using Wolverine.Runtime;

namespace Shop.Benches.Peers.WolverineFx;

public static class StockHandler
{
    /// <summary>A message that came before finds its reservation, and is answered again.</summary>
    public static Task Handle(OrderPlaced order, MessageContext context, NpgsqlDataSource database) => context.InOutbox(database, async connection =>
    {
        if (await connection.Run("INSERT INTO reservations VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", order.OrderId, order.ProductId, (long)order.Quantity) == 0)
            return new StockReserved(order.OrderId);
        if (await connection.Run("UPDATE stock SET available = available - $2 WHERE product_id = $1 AND available >= $2", order.ProductId, (long)order.Quantity) == 1)
            return new StockReserved(order.OrderId);
        await connection.Run("DELETE FROM reservations WHERE order_id = $1", order.OrderId);
        return new StockRefused(order.OrderId);
    });
}

public static class PaymentHandler
{
    public static async Task Handle(AuthorizePayment command, MessageContext context, NpgsqlDataSource database)
    {
        await new SimulatedGateway(database).Authorize(command.OrderId, command.Amount);
        await context.InOutbox(database, async connection =>
        {
            await connection.Run("INSERT INTO payments VALUES ($1, $2, 'authorized') ON CONFLICT DO NOTHING", command.OrderId, command.Amount);
            return new PaymentAuthorized(command.OrderId);
        });
    }

    public static async Task Handle(CapturePayment command, MessageContext context, NpgsqlDataSource database)
    {
        await new SimulatedGateway(database).Capture(command.OrderId, command.Amount);
        await context.InOutbox(database, async connection =>
        {
            await connection.Run("UPDATE payments SET status = 'captured' WHERE order_id = $1", command.OrderId);
            return new PaymentCaptured(command.OrderId);
        });
    }
}

public static class OrderEndedHandler
{
    public static void Handle(OrderEnded order, Outcomes outcomes) => outcomes.Ended(OrderView.Of(order.OrderId, order.Status, order.Total));
}
