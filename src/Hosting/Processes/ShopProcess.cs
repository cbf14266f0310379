namespace Shop.Hosting.Processes;

/// <summary>Runs a process of the shop to its end.</summary>
public static class ShopProcess
{
    /// <summary>What has no time left for an end in good order is cut off by the end of the process.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Why it could not start is told on standard error.</summary>
    /// <param name="arguments">Of the command line: only settings. A word that is no command would otherwise start a process that was not meant.</param>
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
            await Start(app);
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

        try
        {
            await app.WaitForShutdownAsync();
            await app.DisposeAsync().AsTask().WaitAsync(Patience);
            return 0;
        }
        catch (Exception fault)
        {
            await Console.Error.WriteLineAsync($"The process did not stop in good order: {fault.Message}");
            return 1;
        }
    }

    /// <summary>Orleans waits for some things without an end, and without a look at whether the process is to stop.</summary>
    private static async Task Start(WebApplication app)
    {
        var starting = app.StartAsync();
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var told = app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        if (await Task.WhenAny(starting, stopping.Task) == stopping.Task)
            await starting.WaitAsync(Patience);
        await starting;
    }

    /// <summary>Parts of it may have started, others not: how well it ends says nothing about why it did not start.</summary>
    private static async Task End(WebApplication app)
    {
        await app.StopAsync().WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.DisposeAsync().AsTask().WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
