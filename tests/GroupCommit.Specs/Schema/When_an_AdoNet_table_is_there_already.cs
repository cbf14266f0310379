using GroupCommit.Specs.Interop;
using Testing.Servers;

namespace GroupCommit.Specs.Schema;

public sealed class When_an_AdoNet_table_is_there_already : IDisposable
{
    private readonly PostgresDatabase _database = new();

    public When_an_AdoNet_table_is_there_already() => AdoNetTable.Create(_database);

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_keep_its_rows_and_number_them()
    {
        foreach (var key in (string[])["o1", "o2", "1", "1+x", "0123456789abcdef0123456789abcdef"])
            AdoNetTable.Insert(_database, key);
        AdoNetTable.Insert(_database, "o1", kind: "payment");
        AdoNetTable.Insert(_database, "o1", service: "other");

        await PostgresSpec.Apply(_database);

        Assert.Equal("7", _database.Ask("SELECT count(DISTINCT groupcommit_id) FROM orleansstorage WHERE groupcommit_id IS NOT NULL"));
        Assert.Throws<Npgsql.PostgresException>(() => AdoNetTable.Insert(_database, "o1"));
    }

    [Fact]
    public async Task Should_leave_the_statements_that_are_there()
    {
        _database.Run("CREATE TABLE orleansquery (querykey varchar(64) PRIMARY KEY, querytext varchar(8000) NOT NULL); "
            + "INSERT INTO orleansquery VALUES ('WriteToStorageKey', 'tuned by somebody')");

        await PostgresSpec.Apply(_database);

        Assert.Equal("tuned by somebody", _database.Ask("SELECT querytext FROM orleansquery WHERE querykey = 'WriteToStorageKey'"));
        Assert.Equal("14", _database.Ask("SELECT count(*) FROM orleansquery"));
    }

    [Fact]
    public async Task Should_refuse_rows_that_are_there_twice_name_them_and_change_nothing()
    {
        AdoNetTable.Insert(_database, "o1", times: 2);
        AdoNetTable.Insert(_database, "CAFE+x", kind: "cart", times: 3);
        AdoNetTable.Insert(_database, "0123456789abcdef0123456789abcdef", service: "other", times: 2);
        AdoNetTable.Insert(_database, "o2");

        var message = await PostgresSpec.Refusal(() => PostgresSpec.Apply(_database));

        Assert.Contains("Nothing was changed", message, StringComparison.Ordinal);
        Assert.Equal(
            [
                "  service 'other', type 'order', key '0123456789abcdef0123456789abcdef': 2 rows",
                "  service 'shop', type 'cart', key 'CAFE+x': 3 rows",
                "  service 'shop', type 'order', key 'o1': 2 rows",
            ],
            message.Split(Environment.NewLine).Skip(1));
        Assert.Equal(["orleansstorage"], PostgresSpec.Tables(_database));
        Assert.Equal("10", _database.Ask("SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'orleansstorage'"));
        Assert.Equal("8", _database.Ask("SELECT count(*) FROM orleansstorage"));
    }

    [Fact]
    public async Task Should_name_ten_of_them_and_count_the_others()
    {
        for (var i = 0; i < 13; i++)
            AdoNetTable.Insert(_database, $"o{i:00}", times: 2);

        var lines = (await PostgresSpec.Refusal(() => PostgresSpec.Apply(_database))).Split(Environment.NewLine);

        Assert.Equal(12, lines.Length);
        Assert.Equal("  service 'shop', type 'order', key 'o09': 2 rows", lines[10]);
        Assert.Equal("  and 3 more", lines[11]);
    }

    [Fact]
    public async Task Should_do_it_when_they_are_gone()
    {
        AdoNetTable.Insert(_database, "o1", times: 2);
        await PostgresSpec.Refusal(() => PostgresSpec.Apply(_database));
        _database.Run("DELETE FROM orleansstorage WHERE ctid = (SELECT max(ctid) FROM orleansstorage)");

        Assert.Contains("state 1", await PostgresSpec.Apply(_database));
    }
}
