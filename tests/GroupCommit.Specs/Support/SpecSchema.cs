using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Testing.Servers;

namespace GroupCommit.Specs;

/// <summary>A schema on a PostgreSQL server, also looked at from outside.</summary>
public sealed partial class SpecSchema(PostgresDatabase sql) : SpecDatabase
{
    private static int _processes;

    public SpecSchema() : this(new PostgresDatabase())
    {
    }

    public SpecSchema(PostgresServer server) : this(new PostgresDatabase(server))
    {
    }

    public PostgresDatabase Sql => sql;

    public override int Waiting => Count("true");

    public override IReadOnlyDictionary<long, string> Quarantined =>
        Sql.Query("SELECT id, quarantined FROM groupcommit_outbox WHERE quarantined IS NOT NULL")
            .ToDictionary(row => long.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture), row => row[1]);

    public override int WaitingOf(string streamKey) => Count($"key = '{streamKey}'");

    public override bool Takes(string key) => key.Length <= 512 && !key.Contains('\0', StringComparison.Ordinal) && !NumberInAnotherSpelling().IsMatch(key);

    public override void Configure(GroupCommitOptions options) => options.ConnectionString = Sql.ConnectionString;

    /// <summary>Sends all that the library does through a proxy.</summary>
    public Action<GroupCommitOptions> Through(CutProxy proxy) => options => options.ConnectionString = Sql.Through(proxy.Port);

    internal override IDialect CreateDialect(IOptions<GroupCommitOptions> options, ILoggerFactory logging) =>
        new PostgresDialect(options, Options.Create(new ClusterOptions { ServiceId = ServiceId, ClusterId = ServiceId }), NewAddress().ToParsableString(), logging.CreateLogger<PostgresDialect>(), Readers);

    protected override void Dispose(bool disposing) => Sql.Dispose();

    /// <summary>Each store is a process of its own, as far as others can see.</summary>
    private static SiloAddress NewAddress() => SiloAddress.New(IPAddress.Loopback, 1, Interlocked.Increment(ref _processes));

    // The columns hold numbers as numbers.
    [GeneratedRegex(@"^(0[0-9A-Fa-f]+|[0-9A-F]*[a-f][0-9A-Fa-f]*)(\+|$)")]
    private static partial Regex NumberInAnotherSpelling();

    private int Count(string condition) => int.Parse(Sql.Ask($"""
        SELECT count(*) FROM (
            SELECT key FROM groupcommit_outbox WHERE quarantined IS NULL
            UNION ALL SELECT waiting.key FROM groupcommit_owners AS o CROSS JOIN LATERAL (
                SELECT l.key FROM {PostgresOwners.LogsOfOwner.Replace("$1", $"'{ServiceId}'", StringComparison.Ordinal)}) AS waiting) AS events
        WHERE {condition}
        """)!, System.Globalization.CultureInfo.InvariantCulture);
}
