using System.Text;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Persistence.GroupCommit.Storage.Postgres;

namespace GroupCommit.Specs.Postgres;

public sealed class When_several_processes_append_to_a_log : IDisposable
{
    private readonly SpecSchema _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_keep_one_of_each_without_waiting_for_each_other_in_a_circle()
    {
        await using var one = await Store.Open(_database);
        await using var other = await Store.Open(_database);
        for (var round = 0; round < 20; round++)
        {
            var rows = Enumerable.Range(0, 300).Select(n => new LogRow($"e{n}", round, Encoding.UTF8.GetBytes($"{n}"))).ToArray();
            await Task.WhenAll(one.Commit(new LogAppend("audit", rows)), other.Commit(new LogAppend("audit", [.. rows.Reverse()])));
        }

        Assert.Equal("6000", _database.Sql.Ask("SELECT count(*) FROM groupcommit_log"));
        Assert.Equal("0", _database.Sql.Ask("SELECT count(*) FROM groupcommit_log WHERE entity <> 'e' || convert_from(payload, 'UTF8')"));
    }

    [Fact]
    public async Task Should_show_a_service_only_its_own()
    {
        await using var ours = await Store.Open(_database);
        await ours.Commit(new LogAppend("audit", [new LogRow("a", 1, new byte[] { 1 })]));
        var options = new GroupCommitOptions();
        _database.Configure(options);

        await using var theirs = new PostgresDialect(Options.Create(options), Options.Create(new ClusterOptions { ServiceId = "another" }), "silo");
        await theirs.Open(applySchema: true, CancellationToken.None);
        await theirs.Commit([new LogAppend("audit", [new LogRow("a", 1, new byte[] { 2 }), new LogRow("b", 1, new byte[] { 2 })])], CancellationToken.None);

        await using var snapshot = await ours.Dialect.OpenSnapshot(CancellationToken.None);
        Assert.Equal(["a"], await snapshot.ReadLog("audit", null, null, CancellationToken.None).Select(row => row.Entity).ToListAsync());
        await using var others = await theirs.OpenSnapshot(CancellationToken.None);
        Assert.Equal([2, 2], await others.ReadLog("audit", null, null, CancellationToken.None).Select(row => (int)row.Payload.Span[0]).ToListAsync());
    }
}
