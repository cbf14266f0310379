namespace Shop.Silo.Hosting;

/// <summary>Runs a process of the shop to its end.</summary>
public static class ShopProcess
{
    /// <summary>Why it could not start is told on standard error.</summary>
    /// <returns>The exit code: 1 when the process could not start, or not stop in good order.</returns>
    public static async Task<int> Run(Func<WebApplication> build)
    {
        WebApplication? app = null;
        try
        {
            app = build();
            await app.StartAsync();
        }
        catch (Exception) when (app?.Lifetime.ApplicationStopping.IsCancellationRequested == true)
        {
            // Told to stop while it waited for a database, a broker or a silo: no fault.
            await End(app);
            return 0;
        }
        catch (Exception fault)
        {
            // First, so that the log has been written out and the data are free again when the reason is read.
            if (app is not null)
                await End(app);
            await StartupFaults.Tell(fault);
            return 1;
        }

        await using (app)
        {
            try
            {
                await app.WaitForShutdownAsync();
                return 0;
            }
            catch (Exception fault)
            {
                await Console.Error.WriteLineAsync($"The process did not stop in good order: {fault.Message}");
                return 1;
            }
        }
    }

    /// <summary>Parts of it may have started, others not: how well it ends says nothing about why it did not start.</summary>
    private static async Task End(WebApplication app)
    {
        await app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.DisposeAsync();
    }
}
