using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>Which database it is, by what is set.</summary>
internal static class DialectFactory
{
    public static IDialect Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<GroupCommitOptions>>();
        var cluster = services.GetRequiredService<IOptions<ClusterOptions>>();
        string[] readers = [.. services.GetServices<OutboxProviderName>().Select(name => name.Value)];
        return string.IsNullOrWhiteSpace(options.Value.ConnectionString)
            ? new SqliteDialect(options, cluster, services.GetRequiredService<ILogger<SqliteDialect>>(), readers)
            : new PostgresDialect(
                options, cluster, services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString(),
                services.GetRequiredService<ILogger<PostgresDialect>>(), readers);
    }
}
