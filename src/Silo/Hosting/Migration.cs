using Orleans.Persistence.GroupCommit;

namespace Shop.Silo.Hosting;

/// <summary>The command <c>migrate</c>: brings the PostgreSQL database to this release, before its silos start. May be repeated and run twice at once.</summary>
internal static class Migration
{
    private const string Setting = "ConnectionStrings:Postgres";

    /// <summary>Says on standard output what it did, or on standard error why it could not.</summary>
    /// <returns>The exit code: 1 when it could not; then the database is as it was.</returns>
    public static async Task<int> Run(IConfiguration configuration)
    {
        try
        {
            var applied = await Apply(configuration[Setting]);
            await Console.Out.WriteLineAsync(applied.Count == 0 ? "The database is up to date." : $"The database was upgraded: {string.Join(", ", applied)}.");
            return 0;
        }
        catch (Exception fault)
        {
            await StartupFaults.Tell(fault);
            return 1;
        }
    }

    private static async Task<IReadOnlyList<string>> Apply(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            throw new ShopSettingsException([$"The setting {Setting} is missing: it says which database is to be migrated."]);

        try
        {
            return await GroupCommitSchema.Apply(connectionString);
        }
        catch (ArgumentException fault)
        {
            throw new ShopSettingsException([$"The setting {Setting} is no connection string of Npgsql: {fault.Message}"]);
        }
    }
}
