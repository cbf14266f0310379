namespace Shop.Silo.Hosting;

/// <summary>Runs a process of the shop to its end.</summary>
public static class ShopProcess
{
    /// <summary>What a person can put right is told on standard error, a line each; everything else with all that is known of it.</summary>
    /// <returns>The exit code: 1 when the process could not start.</returns>
    public static async Task<int> Run(Func<WebApplication> build)
    {
        WebApplication? app = null;
        try
        {
            app = build();
            await app.StartAsync();
        }
        catch (Exception fault)
        {
            // First, so that the log has been written out and the data are free again when the reason is read.
            if (app is not null)
                await app.DisposeAsync();
            foreach (var line in StartupFaults.Explain(fault) is { Count: > 0 } known ? known : [fault.ToString()])
                await Console.Error.WriteLineAsync(line);
            return 1;
        }

        await using (app)
            await app.WaitForShutdownAsync();
        return 0;
    }
}
