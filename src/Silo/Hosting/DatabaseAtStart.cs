using Npgsql;
using Orleans.Persistence.GroupCommit;

namespace Shop.Silo.Hosting;

/// <summary>Before anything of a cluster's process starts: waits for the database, and makes sure that the tables of the cluster are in it.</summary>
internal sealed partial class DatabaseAtStart(ShopSettings settings, TimeProvider time, ILogger<DatabaseAtStart> logger) : IHostedService
{
    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMilliseconds(500);

    /// <exception cref="ShopStartException">The database cannot be reached in time, refuses, or has not been migrated.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await Prepare(settings.Postgres!, cancellationToken);
                return;
            }
            catch (Exception fault) when (IsOutage(fault) && time.GetElapsedTime(started) < settings.StartTimeout)
            {
                // Once: nothing else tells why the process is not ready.
                if (isFirst)
                    LogWaits(settings.StartTimeout, fault.GetBaseException().Message.Trim());
                await Task.Delay(PauseBetweenTries, time, cancellationToken);
            }
            catch (NpgsqlException fault)
            {
                throw new ShopStartException($"The PostgreSQL database of ConnectionStrings:Postgres cannot be used: {fault.Message.Trim()}", fault);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Prepare(string connectionString, CancellationToken cancellationToken)
    {
        if (settings.SchemaOnStart)
        {
            await GroupCommitSchema.Apply(connectionString, cancellationToken: cancellationToken);
            return;
        }

        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var question = new NpgsqlCommand("SELECT to_regclass('orleansquery') IS NOT NULL", connection);
        if (await question.ExecuteScalarAsync(cancellationToken) is not true)
            throw new ShopStartException("The PostgreSQL database of ConnectionStrings:Postgres has no tables of a cluster: run the silo once with the command 'migrate'.");
    }

    [LoggerMessage(1, LogLevel.Warning, "Waiting up to {Limit} for the PostgreSQL database of ConnectionStrings:Postgres: {Fault}")]
    private partial void LogWaits(TimeSpan limit, string fault);

    private static bool IsOutage(Exception fault) => fault is NpgsqlException { IsTransient: true } or InvalidOperationException { InnerException: NpgsqlException { IsTransient: true } };
}

/// <summary>Why a process cannot start, in a sentence that a person can act on.</summary>
public sealed class ShopStartException(string message, Exception? cause = null) : Exception(message, cause);
