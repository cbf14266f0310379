using System.Globalization;
using GroupCommit.Specs.Projections;
using Orleans.Persistence.GroupCommit.Storage.Postgres;

namespace GroupCommit.Specs.Postgres;

/// <summary>
/// Counted in rows that the server looks at, not in time, and also before it knows anything of the table's values. With SHOP_LOG_ROWS, as
/// many rows as that says: ten million take a minute to make.
/// </summary>
public sealed class When_a_log_has_millions_of_rows : IDisposable
{
    private const int Owners = 3;
    private const int Pending = 5;

    private static readonly long Rows = long.Parse(Environment.GetEnvironmentVariable("SHOP_LOG_ROWS") ?? "600000",
        CultureInfo.InvariantCulture);

    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_read_what_is_asked_for_and_little_else()
    {
        await using (await Store.Open(_database))
            Fill();
        await using var store = await Store.Open(_database);

        foreach (var prepare in (string[])["SELECT 1", "ANALYZE groupcommit_log"])
        {
            _database.Sql.Run(prepare);
            // A page of a history, the newest of each process, and a page in the middle of what one has written.
            Assert.InRange(await RowsLookedAt(async () =>
                Assert.Equal(10, (await store.Reader.ReadHistory<string>("log", $"e{Rows / 20}", limit: 10)).Count)), 10, 20);
            Assert.InRange(await RowsLookedAt(async () => Assert.Equal(Owners, (await store.Dialect.Logs.ReadAllHeads(default)).Count)), 1,
                50);
            var middle = PostgresDialect.IdsOf(Owner(1)).After + (Rows / Owners / 2);
            Assert.InRange(
                await RowsLookedAt(async () =>
                    Assert.Equal(500, (await store.Dialect.Logs.ReadRecords("log", Owner(1), middle, 500, default)).Count)), 500, 1_100);
        }
    }

    [Fact]
    public async Task Should_let_a_projection_go_on_at_once_where_it_was()
    {
        await using (await ProjectionUnderTest.Open(_database, starts: false))
            Fill();
        _database.Sql.Run($"""
            CREATE TABLE tally (entity text PRIMARY KEY, entries bigint NOT NULL);
            INSERT INTO groupcommit_projections VALUES ('{SpecDatabase.ServiceId}', '{ProjectionUnderTest.Name}', 1);
            INSERT INTO groupcommit_projected SELECT '{SpecDatabase.ServiceId}', '{ProjectionUnderTest.Name}',
                (id - 1) >> {PostgresDialect.BitsPerOwner}, max(id) - {Pending}
            FROM groupcommit_log GROUP BY 3
            """);

        await using var projection = await ProjectionUnderTest.Open(_database, starts: false);
        var looked = await RowsLookedAt(async () =>
        {
            projection.Start();
            await projection.Comes(() => projection.Tally.Given.Count == Owners * Pending && projection.Status.Behind == 0);
        });

        Assert.InRange(looked, Owners * Pending, 500);
    }

    private static long Owner(int number) => 1_000 + number;

    /// <summary>Ten entries of each entity, by several processes; every other event is one that nobody is told of.</summary>
    private void Fill()
    {
        var key = _database.Sql.Ask("SELECT conname FROM pg_constraint WHERE conrelid = 'groupcommit_log'::regclass AND contype = 'p'");
        _database.Sql.Run($"""
            ALTER TABLE groupcommit_log DROP CONSTRAINT {key};
            DROP INDEX groupcommit_log_by_id, groupcommit_log_untold;
            ALTER TABLE groupcommit_log SET UNLOGGED, SET (autovacuum_enabled = false);
            SET synchronous_commit = off;
            INSERT INTO groupcommit_log (service_id, log, entity, sequence, payload, id, provider, namespace, key, written_at)
            SELECT '{SpecDatabase.ServiceId}', 'log', 'e' || n / 10, n % 10, 'event',
                (({Owner(0)} + n % {Owners}) << {PostgresDialect.BitsPerOwner}) + 1 + n / {Owners},
                CASE WHEN n / {Owners} % 2 = 0 THEN 'streams' END, 'things', 'k', 1700000000000 + n
            FROM generate_series(0::bigint, {Rows - 1}) AS n
            """);
        _database.Sql.Run($"""
            SET maintenance_work_mem = '256MB';
            ALTER TABLE groupcommit_log ADD CONSTRAINT {key} PRIMARY KEY (service_id, log, entity, sequence);
            CREATE INDEX groupcommit_log_by_id ON groupcommit_log (id) WHERE provider IS NOT NULL;
            CREATE INDEX groupcommit_log_untold ON groupcommit_log (id) WHERE provider IS NULL AND id IS NOT NULL
            """);
    }

    /// <summary>The server says so a moment later: it is waited for until it has said something, and nothing more.</summary>
    private async Task<long> RowsLookedAt(Func<Task> work)
    {
        var before = Count();
        await work();
        var (last, since) = (before, 0);
        await Eventually.Is(
            () =>
            {
                var now = Count();
                since = now == last && now > before ? since + 1 : 0;
                last = now;
                return since == 300;
            },
            "the server has told all");
        return last - before;
    }

    private long Count() => long.Parse(
        _database.Sql.Ask(
            """
            SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables
            WHERE schemaname = current_schema() AND relname = 'groupcommit_log'
            """)!,
        CultureInfo.InvariantCulture);
}
