using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;
using Shop.Simulation.Machine;
using Testing.Servers;

namespace Shop.Simulation.Storage;

/// <summary>The simulation is worth as much as its database: the same batches have the same results and leave the same rows in the model and in each real one.</summary>
public sealed class When_the_model_meets_a_database
{
    private const int Batches = 150;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task SQLite_stores_the_same(ulong seed)
    {
        var folder = Directory.CreateTempSubdirectory("simulation-");
        try
        {
            await using var sqlite = new SqliteDialect(
                Options.Create(new GroupCommitOptions { DatabasePath = Path.Combine(folder.FullName, "store.db") }), Options.Create(new ClusterOptions { ServiceId = "simulation" }));
            await ExpectTheSame(sqlite, seed);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task PostgreSQL_stores_the_same(ulong seed)
    {
        using var schema = new PostgresDatabase();
        await using var postgres = new PostgresDialect(
            Options.Create(new GroupCommitOptions { ConnectionString = schema.ConnectionString }),
            Options.Create(new ClusterOptions { ServiceId = "simulation" }),
            SiloAddress.New(IPAddress.Loopback, 1, 1).ToParsableString());
        await ExpectTheSame(postgres, seed);
    }

    private static async Task ExpectTheSame(IDialect real, ulong seed)
    {
        await real.Open(applySchema: true, CancellationToken.None);
        var model = new Database();
        var writes = new Writes(new Choices(seed).Of("writes"));
        var refused = 0;
        for (var n = 0; n < Batches; n++)
        {
            var (ours, theirs) = writes.NextBatch();
            var stored = model.Commit(ours, owner: null);
            Assert.Equal(await Commit(real, theirs), stored);
            refused += stored.Count(s => !s);
            writes.Stored(ours, theirs);
        }

        Assert.InRange(refused, Batches / 4, int.MaxValue);
        await ExpectTheSame(real, model);
    }

    /// <summary>As the library's writer does: again with the rest of what was taken in part, and with half of what was rejected for one of its members.</summary>
    private static async Task<bool[]> Commit(IDialect real, WriteRequest[] batch)
    {
        List<bool> stored = [];
        for (var take = batch.Length; stored.Count < batch.Length;)
        {
            try
            {
                stored.AddRange(await real.Commit(batch[stored.Count..(stored.Count + take)], CancellationToken.None));
                take = batch.Length - stored.Count;
            }
            catch (BatchRejectedException e) when (e.IsOfOneMember && take > 1)
            {
                take /= 2;
            }
        }

        return [.. stored];
    }

    // The ids of events differ, their order does not.
    private static async Task ExpectTheSame(IDialect real, Database model)
    {
        var rows = Writes.Rows.ToList();
        Assert.Equal((await real.Read(rows, CancellationToken.None)).Select(Text), rows.Select(model.Read).Select(Text));

        var outbox = await real.ReadOutbox(0, int.MaxValue, CancellationToken.None);
        Assert.NotEmpty(outbox);
        Assert.Equal(outbox.Select(Text), model.Outbox.Values.Select(o => Text(o.Row)));

        await using var snapshot = await real.OpenSnapshot(CancellationToken.None);
        var armed = await snapshot.ReadScheduled(null, CancellationToken.None).ToListAsync();
        Assert.NotEmpty(armed);
        Assert.Equal(armed.Select(Text).Order(StringComparer.Ordinal), model.Armed.Select(Text).Order(StringComparer.Ordinal));

        var logged = await snapshot.ReadLog("log", null, null, CancellationToken.None).ToListAsync();
        Assert.NotEmpty(logged);
        Assert.Equal(
            logged.Select(row => (row.Entity, row.Sequence, Text(row.Payload))), model.Logs.Select(entry => (entry.Key.Entity, entry.Key.Sequence, Text(entry.Value))));
    }

    private static string Text(StoredRow? row) => row is null
        ? "none"
        : string.Join(" ", [
            $"v{row.Version}", Text(row.Payload),
            .. row.Entries.Select(e => $"{e.Map}/{e.Key}={Text(e.Payload)}").Order(StringComparer.Ordinal)]);

    private static string Text(OutboxRow row) => $"{row.StreamKey}: {Text(row.Payload)}";

    private static string Text(ScheduleRow row) => $"{row.Target}/{row.Name} {row.Token} at {row.DueAt:O}, {row.Attempts}";

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>Batches of writes that build on each other, or on what is not there any more.</summary>
    private sealed class Writes(Chooser choices)
    {
        private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        private readonly List<ScheduleRow> tokens = [];
        private readonly SortedDictionary<long, long> outbox = [];
        private long lastToken;

        public static IEnumerable<RowId> Rows => Enumerable.Range(0, 6).Select(n => new RowId("kind", Name("row", n)));

        /// <returns>Twice the same, because an outbox row gets its id when it is stored, and each database gives its own.</returns>
        public (WriteRequest[] Ours, WriteRequest[] Theirs) NextBatch()
        {
            var ours = Enumerable.Range(0, 1 + choices.Next(8)).Select(_ => Next()).ToArray();
            return (ours, [.. ours.Select(Copy)]);
        }

        public void Stored(WriteRequest[] ours, WriteRequest[] theirs)
        {
            foreach (var (our, their) in Events(ours).Zip(Events(theirs)).Where(pair => pair.First.Id > 0))
                outbox.Add(our.Id, their.Id);
        }

        private static IEnumerable<OutboxRow> Events(WriteRequest[] batch) => batch.SelectMany(request => request switch
        {
            GrainWrite write => write.Outbox,
            OutboxAppend append => append.Rows,
            _ => [],
        });

        private WriteRequest Next() => choices.Next(11) switch
        {
            < 6 => Write(),
            6 => new VersionCheck(Row(), choices.Next(6)),
            7 => new OutboxRemove([.. outbox.Keys.Where(_ => choices.Next(3) == 0)]),
            8 => new OutboxAppend([Event()]),
            10 => new LogAppend("log", [.. Some(() => new LogRow(Name("entity", choices.Next(4)), choices.Next(8), Payload()))]),
            _ when tokens.Count > 0 => Settle(choices.Pick(tokens)),
            _ => Write(),
        };

        private WriteRequest Copy(WriteRequest request) => request switch
        {
            GrainWrite write => write with { Outbox = [.. write.Outbox.Select(row => row with { })] },
            OutboxAppend append => append with { Rows = [.. append.Rows.Select(row => row with { })] },
            OutboxRemove remove => new OutboxRemove([.. remove.Ids.Select(id => outbox[id])]),
            _ => request,
        };

        private GrainWrite Write() => new(
            Row(), choices.Next(6), Payload(),
            [.. Some(() => new EntryWrite("map", Name("entry", choices.Next(4)), choices.Next(3) == 0 ? null : Payload())).DistinctBy(e => e.Key)],
            [.. Some(Event)],
            [.. Some(Arm).DistinctBy(s => s.Name)]);

        private ScheduleWrite Arm()
        {
            var write = new ScheduleWrite("target", Name("name", choices.Next(3)), ++lastToken, choices.Next(4) == 0 ? null : Noon.AddSeconds(choices.Next(100)));
            if (write.DueAt is { } dueAt)
                tokens.Add(new ScheduleRow(write.Target, write.Name, write.Token, dueAt, 0));
            return write;
        }

        private ScheduleSettle Settle(ScheduleRow row)
        {
            var settle = new ScheduleSettle(row.Target, row.Name, row.Token, choices.Next(2) == 0 ? null : Noon.AddSeconds(choices.Next(100)), ++lastToken, choices.Next(3));
            if (settle.DueAt is { } dueAt)
                tokens.Add(new ScheduleRow(row.Target, row.Name, settle.NewToken, dueAt, settle.Attempts));
            return settle;
        }

        private IEnumerable<T> Some<T>(Func<T> make) => [.. Enumerable.Range(0, choices.Next(3)).Select(_ => make())];

        private OutboxRow Event() => new(0, "events", "space", Name("stream", choices.Next(3)), Payload(), Noon);

        private RowId Row() => new("kind", Name("row", choices.Next(6)));

        private byte[] Payload() => Encoding.UTF8.GetBytes(Name("payload", choices.Next(1000)));

        private static string Name(string what, int n) => string.Create(CultureInfo.InvariantCulture, $"{what}-{n}");
    }
}
