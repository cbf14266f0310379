using System.Runtime.InteropServices;
using Orleans.Persistence.GroupCommit;
using Shop.Hosting.Processes;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Database;

/// <summary>The command <c>migrate</c>: brings the PostgreSQL database to this release, before its silos start. May be repeated and run twice at once.</summary>
public static class Migration
{
    private const string Setting = "ConnectionStrings:Postgres";

    /// <summary>Says on standard output what it waits for and what it did, or on standard error why it could not.</summary>
    /// <returns>The exit code: 1 when it could not, or was told to stop before; then the database is as it was.</returns>
    public static async Task<int> Run(Func<IConfiguration> settings)
    {
        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            var applied = await Apply(settings(), stop.Token);
            await Console.Out.WriteLineAsync(applied.Count == 0 ? "The database is up to date." : $"The database was upgraded: {string.Join(", ", applied)}.");
            return 0;
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Not 0: whoever goes on after it would take the database for upgraded.
            await Console.Error.WriteLineAsync("Told to stop before the database was upgraded; it is as it was.");
            return 1;
        }
        catch (Exception fault)
        {
            await StartupFaults.Tell(fault);
            return 1;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<IReadOnlyList<string>> Apply(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var reader = new SettingsReader(configuration);
        reader.Faults.AddRange(ShopSettings.FindUnknown(configuration));
        var limit = reader.Time("Shop:StartTimeout", TimeSpan.FromMinutes(1), ShopSettings.LongestStart);
        if (reader.Database("Postgres", needed: false) is not { } connectionString)
            throw new ShopSettingsException([.. reader.Faults, $"The setting {Setting} is missing: it says which database is to be migrated."]);
        if (reader.Faults.Count > 0)
            throw new ShopSettingsException(reader.Faults);

        var (serviceId, clusterId) = (reader.Name("Orleans:ServiceId", ShopSettings.DefaultName), reader.Name("Orleans:ClusterId", ShopSettings.DefaultName));
        return await DatabaseWait.Until(
            async () =>
            {
                // First: nobody changes the tables of a stranger.
                await GroupCommitSchema.VerifyIdentity(connectionString, serviceId, clusterId, cancellationToken);
                return await GroupCommitSchema.Apply(connectionString, cancellationToken: cancellationToken);
            }, limit, TimeProvider.System,
            fault => Console.Out.WriteLineAsync($"Waiting up to {limit}: {fault}"), cancellationToken);
    }
}
