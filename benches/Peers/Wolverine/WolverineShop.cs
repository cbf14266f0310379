using System.Text.Json;
using Npgsql;
using Shop.Benches.Peers.Contract;
using Wolverine;

namespace Shop.Benches.Peers.WolverineFx;

/// <summary>Products and stock lie in tables; orders are sagas.</summary>
internal sealed class WolverineShop(NpgsqlDataSource database, IServiceScopeFactory scopes) : IShop
{
    public const string Schema = $"""
        CREATE TABLE IF NOT EXISTS products (product_id text PRIMARY KEY, price bigint NOT NULL);
        CREATE TABLE IF NOT EXISTS stock (product_id text PRIMARY KEY, received bigint NOT NULL, available bigint NOT NULL CHECK (available >= 0));
        CREATE TABLE IF NOT EXISTS reservations (order_id uuid PRIMARY KEY, product_id text NOT NULL, quantity bigint NOT NULL);
        CREATE TABLE IF NOT EXISTS payments (order_id uuid PRIMARY KEY, amount bigint NOT NULL, status text NOT NULL);
        {SimulatedGateway.Schema}
        """;

    public Task PutProduct(string productId, long price) =>
        database.Run("INSERT INTO products VALUES ($1, $2) ON CONFLICT DO NOTHING", productId, price);

    public Task Receive(string productId, long pieces) => database.Run(
        "INSERT INTO stock VALUES ($1, $2, $2) ON CONFLICT (product_id) DO UPDATE SET received = stock.received + $2, available = stock.available + $2",
        productId, pieces);

    public Task<StockView> Stock(string productId) => First(
        "SELECT received, available FROM stock WHERE product_id = $1", productId,
        row => new StockView(row.GetInt64(0), row.GetInt64(0) - row.GetInt64(1), row.GetInt64(1), 0))!;

    public async Task<bool> Place(Guid orderId, string customerId, LineBody line)
    {
        var price = await First<long?>("SELECT price FROM products WHERE product_id = $1", line.ProductId, row => row.GetInt64(0))
            ?? throw new BadHttpRequestException("There is no such product.");
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var bus = scope.ServiceProvider.GetRequiredService<IMessageBus>();
            await bus.InvokeAsync(new PlaceOrder(orderId, customerId, line.ProductId, line.Quantity, price * line.Quantity));
            return true;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    public Task<OrderView?> Read(Guid orderId) => First("SELECT body FROM wolverine.order_saga WHERE id = $1", orderId, row =>
    {
        var order = JsonSerializer.Deserialize<Order>(row.GetString(0))!;
        return OrderView.Of(order.Id, order.Status, order.Total);
    });

    private async Task<T?> First<T>(string sql, object key, Func<NpgsqlDataReader, T> read)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = key });
        await using var rows = await command.ExecuteReaderAsync();
        return await rows.ReadAsync() ? read(rows) : default;
    }
}
