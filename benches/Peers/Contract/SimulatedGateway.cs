using Npgsql;

namespace Shop.Benches.Peers.Contract;

/// <summary>The payment gateway outside: a durable ledger that knows each key once, whoever asks again.</summary>
internal sealed class SimulatedGateway(NpgsqlDataSource database)
{
    public const string Schema = "CREATE TABLE IF NOT EXISTS ledger (key text PRIMARY KEY, order_id uuid NOT NULL, kind text NOT NULL, amount bigint NOT NULL)";

    public Task Authorize(Guid orderId, long amount) => Enter("authorize", orderId, amount);

    public Task Capture(Guid orderId, long amount) => Enter("capture", orderId, amount);

    private Task<int> Enter(string kind, Guid orderId, long amount) =>
        database.Run("INSERT INTO ledger VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", $"{orderId}:{kind}", orderId, kind, amount);
}
