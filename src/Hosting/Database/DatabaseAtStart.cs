using Orleans.Persistence.GroupCommit;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Database;

/// <summary>Before anything of a process on PostgreSQL starts: waits for the database and the tables that it needs, and makes sure that they are this shop's.</summary>
internal sealed partial class DatabaseAtStart(ShopSettings settings, ShopPart part, TimeProvider time, ILogger<DatabaseAtStart> logger) : IHostedService
{
    /// <summary>A client has no states, and only needs to find silos.</summary>
    private GroupCommitSchemaParts Needed => settings.Mode == ShopMode.Embedded ? GroupCommitSchemaParts.State
        : part == ShopPart.Client ? GroupCommitSchemaParts.Clustering
        : GroupCommitSchemaParts.All;

    public static void AddTo(WebApplicationBuilder builder, ShopPart part) => builder.Services.AddHostedService(
        services => ActivatorUtilities.CreateInstance<DatabaseAtStart>(services, part));

    /// <exception cref="ShopStartException">The database cannot be used in time, has not been migrated, or is somebody else's.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => DatabaseWait.Until(async () =>
    {
        await Prepare(settings.Postgres!, cancellationToken);
        return true;
    }, settings.StartTimeout, time, fault =>
    {
        LogWaits(settings.StartTimeout, fault);
        return Task.CompletedTask;
    }, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Prepare(string connectionString, CancellationToken cancellationToken)
    {
        // First: nobody changes the tables of a stranger.
        await GroupCommitSchema.VerifyIdentity(connectionString, settings.ServiceId, settings.ClusterId, cancellationToken);
        // Applied by the silo itself, and whole: who makes tables makes them for all.
        if (settings.SchemaOnStart)
            await GroupCommitSchema.Apply(connectionString, settings.Mode == ShopMode.Embedded ? Needed : GroupCommitSchemaParts.All, cancellationToken);
        else
            await GroupCommitSchema.Verify(connectionString, Needed, cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Warning, "Waiting up to {Limit} for the PostgreSQL database: {Fault}")]
    private partial void LogWaits(TimeSpan limit, string fault);
}

/// <summary>Why a process cannot start, in a sentence that a person can act on.</summary>
public sealed class ShopStartException(string message, Exception? cause = null) : Exception(message, cause);
