using Npgsql;
using Shop.Benches.Load.Api;

namespace Shop.Benches.Load.Books;

/// <summary>
/// The books of somebody else's shop, which has no invariants to ask for. Its own SQL (<c>books.sql</c>) puts what it stored into three views, and the same
/// questions go to all.
/// </summary>
/// <param name="connectionString">Of its database.</param>
/// <param name="views">
/// <c>book_orders (id, status, product, quantity, total)</c>, <c>book_payments (order_id, kind, amount)</c> of the gateway's ledger, and
/// <c>book_stock (product, received, available, taken)</c>.
/// </param>
internal sealed class PeerBooks(string connectionString, string views)
{
    private const int Named = 5;

    /// <summary>Of a shop at rest: an order that is neither confirmed nor rejected is not where it must be.</summary>
    private const string Checks = """
        WITH stock AS (
            SELECT product, received, available, taken, coalesce(sum(quantity) FILTER (WHERE status = 'confirmed'), 0) AS sold
            FROM book_stock LEFT JOIN book_orders USING (product) GROUP BY product, received, available, taken
        ), payments AS (
            SELECT order_id AS id, count(*) FILTER (WHERE kind = 'authorize') AS authorized, count(*) FILTER (WHERE kind = 'capture') AS captured,
                coalesce(sum(amount) FILTER (WHERE kind = 'capture'), 0) AS paid
            FROM book_payments GROUP BY order_id
        ), money AS (
            SELECT id, status, total, coalesce(authorized, 0) AS authorized, coalesce(captured, 0) AS captured, coalesce(paid, 0) AS paid
            FROM book_orders FULL JOIN payments USING (id)
        )
        SELECT 'stock', count(*), array_agg(format('%s: %s received, %s available, %s taken, %s sold', product, received, available, taken, sold))
            FILTER (WHERE available < 0 OR received <> available + taken OR taken <> sold) FROM stock
        UNION ALL
        SELECT 'money', count(*), array_agg(format('%s: %s of %s, authorized %s times, captured %s times for %s', id, status, total, authorized, captured, paid))
            FILTER (WHERE (authorized, captured, paid) IS DISTINCT FROM CASE status WHEN 'confirmed' THEN (1::bigint, 1::bigint, total::numeric) ELSE (0::bigint, 0::bigint, 0::numeric) END)
            FROM money
        UNION ALL
        SELECT 'orders', count(*), array_agg(format('%s: %s', id, status)) FILTER (WHERE status NOT IN ('confirmed', 'rejected')) FROM book_orders
        """;

    public static async Task<PeerBooks> Read(string connectionString, string file, CancellationToken cancel) =>
        new(connectionString, await File.ReadAllTextAsync(file, cancel));

    public async Task<InvariantsAnswer> Check(CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancel);
        // One snapshot for all three; the views go with the transaction.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        await using (var create = new NpgsqlCommand(views, connection))
            await create.ExecuteNonQueryAsync(cancel);
        var checks = new List<CheckAnswer>();
        await using (var ask = new NpgsqlCommand(Checks, connection))
        {
            await using var rows = await ask.ExecuteReaderAsync(cancel);
            while (await rows.ReadAsync(cancel))
            {
                var offenders = await rows.IsDBNullAsync(2, cancel) ? [] : rows.GetFieldValue<string[]>(2);
                checks.Add(new CheckAnswer(rows.GetString(0), offenders.Length == 0, rows.GetInt64(1), offenders.Length, [.. offenders.Take(Named)]));
            }
        }

        await transaction.RollbackAsync(cancel);
        return new InvariantsAnswer(checks.All(check => check.Ok), checks);
    }
}
