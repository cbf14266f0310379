using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Storage;

public abstract class When_a_log_is_appended_to<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_give_its_entries_by_entity_and_sequence_whatever_order_they_came_in()
    {
        await using var silo = await SpecSilo.Start(Database);
        await Log(silo).Append("audit", [Entry("b", 10, 4), Entry("b", 9, 3), Entry("a", 2, 2)]);
        await Log(silo).Append("audit", [Entry("a", 1, 1), Entry("c", 1, 5)]);
        await Log(silo).Append("other", [Entry("a", 1, -1)]);

        Assert.Equal([("a", 1, 1), ("a", 2, 2), ("b", 9, 3), ("b", 10, 4), ("c", 1, 5)], await Read(silo));
        Assert.Equal([("b", 9, 3), ("b", 10, 4), ("c", 1, 5)], await Read(silo, from: "b"));
        Assert.Equal([("b", 9, 3), ("b", 10, 4)], await Read(silo, from: "b", before: "c"));
        Assert.Equal([("a", 1, 1), ("a", 2, 2)], await Read(silo, before: "b"));
        Assert.Equal([("a", 1, -1)], await Read(silo, log: "other"));
        Assert.Empty(await Read(silo, log: "nobody's"));
    }

    [Fact]
    public async Task Should_keep_what_is_there_when_it_is_repeated()
    {
        await using var silo = await SpecSilo.Start(Database);
        await Log(silo).Append("audit", [Entry("a", 1, 1), Entry("a", 2, 2)]);

        await Log(silo).Append("audit", [Entry("a", 1, 100), Entry("a", 2, 200), Entry("a", 3, 3)]);
        // Twice in one append, too: the first counts.
        await Log(silo).Append("audit", [Entry("a", 4, 4), Entry("a", 4, 400)]);

        Assert.Equal([("a", 1, 1), ("a", 2, 2), ("a", 3, 3), ("a", 4, 4)], await Read(silo));
    }

    [Fact]
    public async Task Should_keep_one_of_each_when_many_append_the_same_at_once()
    {
        await using var silo = await SpecSilo.Start(Database);
        var entries = Enumerable.Range(1, 200).Select(n => Entry($"e{n % 7}", n, n)).ToList();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Log(silo).Append("audit", n % 2 == 0 ? entries : [.. entries.AsEnumerable().Reverse()]))).Soon();

        Assert.Equal(entries.Select(e => (e.Entity, e.Sequence, e.Value.Amount)).Order(), await Read(silo));
    }

    [Fact]
    public async Task Should_be_durable_when_it_says_so_and_share_the_transactions_of_others()
    {
        await using var silo = await SpecSilo.Start(Database);
        var held = silo.Dialect.HoldNext();
        var first = silo.Rows.TryWrite("thing", "first", new LedgerEntry(1), 0);
        await held.Arrived;
        var batches = silo.Dialect.Batches.Count;
        var row = silo.Rows.TryWrite("thing", "second", new LedgerEntry(1), 0);
        var appended = Log(silo).Append("audit", [Entry("a", 1, 1)]);
        Assert.False(appended.IsCompleted);
        held.Release();

        await Task.WhenAll(first, row, appended).Soon();
        Assert.Equal(batches + 1, silo.Dialect.Batches.Count);
        Assert.Single(await Read(silo));
    }

    [Fact]
    public async Task Should_take_many_and_large_entries_at_once()
    {
        await using var silo = await SpecSilo.Start(Database);
        await Log(silo).Append("audit", [.. Enumerable.Range(1, 5_000).Select(n => Entry("many", n, n))]);
        var large = new TicketText(new string('x', 3 << 20));
        await Log(silo).Append("texts", [new DurableLogEntry<TicketText>("large", 1, large), new DurableLogEntry<TicketText>("large", 2, large)]);

        Assert.Equal(Enumerable.Range(1, 5_000).Select(n => ("many", (long)n, (long)n)), await Read(silo));
        await using var snapshot = await silo.Inspector.OpenSnapshot();
        Assert.Equal([large, large], await snapshot.ReadLog<TicketText>("texts").Select(entry => entry.Value).ToListAsync());
    }

    [Fact]
    public async Task Should_store_nothing_when_it_fails_and_all_of_it_when_it_is_repeated()
    {
        await using var silo = await SpecSilo.Start(Database);
        DurableLogEntry<LedgerEntry>[] entries = [Entry("a", 1, 1), Entry("a", 2, 2)];
        silo.Dialect.FailNext();
        await Assert.ThrowsAsync<DurableStateLostException>(() => Log(silo).Append("audit", entries).Soon());
        Assert.Empty(await Read(silo));

        silo.Dialect.LoseNextAnswer();
        await Assert.ThrowsAsync<DurableStateLostException>(() => Log(silo).Append("audit", entries).Soon());
        await Log(silo).Append("audit", entries);

        Assert.Equal([("a", 1, 1), ("a", 2, 2)], await Read(silo));
    }

    [Fact]
    public async Task Should_see_the_moment_of_all_else_in_a_snapshot()
    {
        await using var silo = await SpecSilo.Start(Database);
        await Log(silo).Append("audit", [Entry("a", 1, 1)]);
        await using var snapshot = await silo.Inspector.OpenSnapshot();
        await Log(silo).Append("audit", [Entry("a", 2, 2)]);

        Assert.Single(await snapshot.ReadLog<LedgerEntry>("audit").ToListAsync());
        Assert.Equal(2, (await Read(silo)).Count);
    }

    [Fact]
    public async Task Should_refuse_names_that_not_every_database_can_store()
    {
        await using var silo = await SpecSilo.Start(Database);
        foreach (var name in new[] { "", "a\0b", "half \uD800" })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Log(silo).Append("audit", [Entry(name, 1, 1)]));
            await Assert.ThrowsAsync<ArgumentException>(() => Log(silo).Append(name, [Entry("a", 1, 1)]));
        }

        await Assert.ThrowsAsync<ArgumentException>(() => Log(silo).Append("audit", [Entry(new string('x', 513), 1, 1)]));
        await Log(silo).Append(new string('\u20AC', 100), [Entry(new string('\u20AC', 512), 1, 1)]);
        Assert.Empty(await Read(silo));
    }

    private static IDurableLog Log(SpecSilo silo) => silo.Services.GetRequiredService<IDurableLog>();

    private static DurableLogEntry<LedgerEntry> Entry(string entity, long sequence, long amount) => new(entity, sequence, new LedgerEntry(amount));

    private static async Task<List<(string Entity, long Sequence, long Amount)>> Read(SpecSilo silo, string log = "audit", string? from = null, string? before = null)
    {
        await using var snapshot = await silo.Inspector.OpenSnapshot();
        return await snapshot.ReadLog<LedgerEntry>(log, from, before).Select(entry => (entry.Entity, entry.Sequence, entry.Value.Amount)).ToListAsync();
    }
}

public sealed class When_a_log_is_appended_to_on_SQLite : When_a_log_is_appended_to<SqliteFile>;

public sealed class When_a_log_is_appended_to_on_PostgreSQL : When_a_log_is_appended_to<SpecSchema>;

[GenerateSerializer, Alias("spec.TicketText")]
public sealed record TicketText([property: Id(0)] string Text);
