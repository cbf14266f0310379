using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>Which database it is, by what is set.</summary>
internal static class DialectFactory
{
    public static IDialect Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<GroupCommitOptions>>();
        return string.IsNullOrWhiteSpace(options.Value.ConnectionString)
            ? new SqliteDialect(options, services.GetRequiredService<IOptions<ClusterOptions>>(), services.GetRequiredService<ILogger<SqliteDialect>>())
            : new PostgresDialect(
                options, services.GetRequiredService<IOptions<ClusterOptions>>(), services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString(),
                services.GetRequiredService<ILogger<PostgresDialect>>());
    }
}
