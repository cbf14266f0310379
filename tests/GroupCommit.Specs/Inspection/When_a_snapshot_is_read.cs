using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Inspection;

public abstract class When_a_snapshot_is_read<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_see_one_moment_whatever_is_written_meanwhile()
    {
        await using var silo = await SpecSilo.Start(Database);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await silo.Ledger($"l{(i + writer) % 8}").Put($"e{i % 20}", i);
        }).ToList();
        await Eventually.Is(() => silo.Dialect.Batches.Count > 20);

        for (var round = 0; round < 20; round++)
        {
            await using var snapshot = await silo.Inspector.OpenSnapshot();
            var totals = await snapshot.ReadRows<LedgerState>("ledger").ToDictionaryAsync(row => row.Key, row => row.Value.Total);
            var batches = silo.Dialect.Batches.Count;
            await Eventually.Is(() => silo.Dialect.Batches.Count > batches);
            var sums = new Dictionary<string, long>();
            await foreach (var entry in snapshot.ReadEntries<LedgerEntry>("ledger", "entries"))
                sums[entry.GrainKey] = sums.GetValueOrDefault(entry.GrainKey) + entry.Value.Amount;

            Assert.Equal(8, totals.Count);
            Assert.Equal(totals.OrderBy(total => total.Key), sums.OrderBy(sum => sum.Key));
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers).Soon();
    }

    [Fact]
    public async Task Should_give_rows_of_one_kind_in_the_order_of_keys_from_anywhere()
    {
        await using var silo = await SpecSilo.Start(Database);
        await Task.WhenAll(Enumerable.Range(0, 600).Select(i => silo.Rows.TryWrite("thing", $"k{i:000}", new LedgerEntry(i), 0)));
        await silo.Rows.TryWrite("other", "k001", new LedgerEntry(-1), 0);
        await using var snapshot = await silo.Inspector.OpenSnapshot();

        var all = await snapshot.ReadRows<LedgerEntry>("thing").ToListAsync();
        Assert.Equal(Enumerable.Range(0, 600).Select(i => (long)i), all.Select(row => row.Value.Amount));
        var after = await snapshot.ReadRows<LedgerEntry>("thing", "k597").Select(row => row.Key).ToListAsync();
        Assert.Equal(["k598", "k599"], after);
        var between = await snapshot.ReadRowsBetween<LedgerEntry>("thing", "k001", "k004").Select(row => row.Key).ToListAsync();
        Assert.Equal(["k002", "k003"], between);
        Assert.Equal(-1, (await snapshot.ReadRow<LedgerEntry>("other", "k001"))?.Value.Amount);
        Assert.Null(await snapshot.ReadRow<LedgerEntry>("other", "k002"));
    }

    [Fact]
    public async Task Should_show_armed_messages_and_the_outbox()
    {
        await using var silo = await SpecSilo.Start(Database);
        var due = new DateTimeOffset(2230, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await silo.Counter("kb").Arm(due);
        await silo.Counter("ka").Arm(due.AddDays(1));
        await silo.Counter("ka").Add(1, "event");
        await using var snapshot = await silo.Inspector.OpenSnapshot();

        Assert.Equal(
            [
                new ArmedMessage(silo.Counter("ka").GetGrainId(), "ring", due.AddDays(1), 0),
                new ArmedMessage(silo.Counter("kb").GetGrainId(), "ring", due, 0),
            ],
            await snapshot.ReadScheduled().ToListAsync());
        Assert.Equal([silo.Counter("kb").GetGrainId()], await snapshot.ReadScheduled(from: silo.Counter("kb").GetGrainId()).Select(m => m.Target).ToListAsync());
        Assert.Empty(await snapshot.ReadScheduled(from: silo.Counter("kc").GetGrainId()).ToListAsync());
        Assert.Equal(new OutboxDepth(1, 0), await snapshot.ReadOutboxDepth());
    }

    [Fact]
    public async Task Should_end_when_told()
    {
        await using var silo = await SpecSilo.Start(Database);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => silo.Rows.TryWrite("thing", $"{i}", new LedgerEntry(i), 0)));
        await using var snapshot = await silo.Inspector.OpenSnapshot();
        using var stop = new CancellationTokenSource();
        var read = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in snapshot.ReadRows<LedgerEntry>("thing", cancellationToken: stop.Token))
            {
                if (++read == 3)
                    await stop.CancelAsync();
            }
        });
        Assert.Equal(3, read);
    }
}

public sealed class When_a_snapshot_is_read_on_SQLite : When_a_snapshot_is_read<SqliteFile>;

public sealed class When_a_snapshot_is_read_on_PostgreSQL : When_a_snapshot_is_read<SpecSchema>;
