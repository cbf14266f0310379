using Testing.Servers;

namespace GroupCommit.Specs.Interop;

/// <summary>The table as an installation of Microsoft.Orleans.Persistence.AdoNet has it: without what ours adds.</summary>
internal static class AdoNetTable
{
    public static void Create(PostgresDatabase database) => database.Run("""
        CREATE TABLE orleansstorage (
            grainidhash integer NOT NULL,
            grainidn0 bigint NOT NULL,
            grainidn1 bigint NOT NULL,
            graintypehash integer NOT NULL,
            graintypestring varchar(512) NOT NULL,
            grainidextensionstring varchar(512),
            serviceid varchar(150) NOT NULL,
            payloadbinary bytea,
            modifiedon timestamp NOT NULL,
            version integer
        );
        CREATE INDEX ix_orleansstorage ON orleansstorage (grainidhash, graintypehash)
        """);

    public static void Insert(PostgresDatabase database, string key, string kind = "order", string service = "shop", int times = 1)
    {
        var columns = AdoNetKey.Of(key);
        for (var i = 0; i < times; i++)
        {
            database.Run($"""
                INSERT INTO orleansstorage (grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, grainidextensionstring, serviceid,
                    payloadbinary, modifiedon, version)
                VALUES ({columns.IdHash}, {columns.N0}, {columns.N1}, {AdoNetKey.HashOf(kind)}, '{kind}', {(columns.Extension is null ? "NULL" : $"'{columns.Extension}'")},
                    '{service}', '\x01', now(), 1)
                """);
        }
    }
}
