using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Testing.Servers;

namespace Chaos.Crashes;

/// <summary>
/// Looks at what waits in a running shop's database without asking the shop: whoever reads an order wakes its saga, and then nobody
/// knows whether it would have gone on by itself.
/// </summary>
internal abstract class DatabaseOfShop
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static DatabaseOfShop InFolder(string folder) => new OnSqlite(folder);

    public static DatabaseOfShop On(PostgresDatabase server) => new OnPostgres(server);

    /// <summary>Waits until no order has a scheduled row, for then all have ended, and no event is on its way.</summary>
    /// <returns>What still waits when the limit is over; empty when all is well.</returns>
    public async Task<IReadOnlyList<string>> ComeToRest(TimeSpan limit, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        using var pause = new PeriodicTimer(Pause);
        while (true)
        {
            var waiting = Waiting();
            if (waiting.Count == 0 || Stopwatch.GetElapsedTime(started) > limit)
                return waiting;
            await pause.WaitForNextTickAsync(cancel);
        }
    }

    protected abstract IReadOnlyList<string> Waiting();

    private sealed class OnSqlite(string folder) : DatabaseOfShop
    {
        private readonly string connection = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "shop.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString();

        protected override IReadOnlyList<string> Waiting()
        {
            using var database = new SqliteConnection(connection);
            database.Open();
            using var query = database.CreateCommand();
            query.CommandText = """
                SELECT target || ' is due at ' || datetime(due_at / 1000, 'unixepoch') || ', attempts: ' || attempts FROM schedules
                UNION ALL SELECT count(*) || ' events wait in ' || namespace FROM outbox GROUP BY namespace
                UNION ALL SELECT count(*) || ' events of the log wait in ' || namespace FROM log JOIN positions ON reader = provider WHERE id > position GROUP BY namespace
                """;
            using var rows = query.ExecuteReader();
            var waiting = new List<string>();
            while (rows.Read())
                waiting.Add(rows.GetString(0));
            return waiting;
        }
    }

    private sealed class OnPostgres(PostgresDatabase server) : DatabaseOfShop
    {
        protected override IReadOnlyList<string> Waiting() =>
        [
            .. server.Query("""
                SELECT target || ' is due at ' || to_timestamp(due_at / 1000) || ', attempts: ' || attempts FROM groupcommit_schedules
                UNION ALL SELECT count(*) || ' events wait in ' || namespace FROM groupcommit_outbox GROUP BY namespace
                UNION ALL SELECT count(*) || ' events of the log wait in ' || namespace FROM groupcommit_log AS l
                    WHERE provider IS NOT NULL AND id > (
                        SELECT max(position) FROM groupcommit_positions WHERE owner = (l.id - 1) >> 40 AND reader IN (l.provider, '')) GROUP BY namespace
                """).Select(row => row[0]),
        ];
    }
}
