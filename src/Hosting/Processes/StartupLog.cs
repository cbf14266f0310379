namespace Shop.Hosting.Processes;

/// <summary>
/// Keeps host and silo from logging a failed start with its stack trace: <see cref="ShopProcess"/> tells it once, in words.
/// From the moment the process has started, they log as everybody does.
/// </summary>
internal sealed class StartupLog : IHostedLifecycleService
{
    // The second one is a prefix: of the silo's life cycle, too.
    private static readonly string[] Silenced = ["Microsoft.Extensions.Hosting.Internal.Host", "Orleans.Runtime.Silo"];

    private volatile bool started;

    public static void AddTo(WebApplicationBuilder builder)
    {
        var log = new StartupLog();
        builder.Services.AddSingleton<IHostedService>(log);
        foreach (var category in Silenced)
            builder.Logging.AddFilter(category, level => level == LogLevel.Warning || (log.started && level > LogLevel.Warning));
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        started = true;
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
