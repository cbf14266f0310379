namespace Shop.Silo.Hosting;

/// <summary>Runs a process of the shop to its end.</summary>
public static class ShopProcess
{
    /// <summary>Why it could not start is told on standard error.</summary>
    /// <param name="arguments">Of the command line: settings alone. A word that is no command would otherwise start a process that was not meant.</param>
    /// <param name="commands">What could have been meant, for a person.</param>
    /// <param name="build">Makes the process of the arguments.</param>
    /// <returns>The exit code: 1 when the process could not start, or not stop in good order; 2 when there is no such command.</returns>
    public static async Task<int> Run(string[] arguments, string commands, Func<string[], WebApplication> build)
    {
        if (arguments is [var word, ..] && !word.StartsWith('-') && !word.StartsWith('/') && !word.Contains('=', StringComparison.Ordinal))
        {
            await Console.Error.WriteLineAsync($"There is no command '{word}'. There are: {commands}; without one, the process starts.");
            return 2;
        }

        WebApplication? app = null;
        try
        {
            app = build(arguments);
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
