using System.Runtime.InteropServices;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Processes;

/// <summary>
/// What a signal to stop brings about. SIGTERM: the process says that it is not ready, and goes on serving for <c>Shop:DrainDelay</c>, so that whoever sends requests
/// here can notice; then it stops. SIGINT and SIGQUIT, and a second signal of any kind, stop it at once.
/// </summary>
internal sealed partial class ShopLifetime(IHostApplicationLifetime process, ShopSettings settings, TimeProvider time, ILogger<ShopLifetime> log) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> signals = [];
    private readonly Lock gate = new();
    private ITimer? drain;
    private volatile bool isLeaving;

    /// <summary>Requests are still answered, but no more should be sent here.</summary>
    public bool IsLeaving => isLeaving;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => OnSignal(signal, settings.DrainDelay)));
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnSignal(signal, TimeSpan.Zero)));
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, signal => OnSignal(signal, TimeSpan.Zero)));
        process.ApplicationStarted.Register(LogStarted);
        process.ApplicationStopping.Register(() => isLeaving = true);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        signals.ForEach(signal => signal.Dispose());
        lock (gate)
            drain?.Dispose();
    }

    /// <summary>Stops the process after a while, or at once when it has been told before, or has not started yet: then nobody sends anything here.</summary>
    internal void Stop(TimeSpan delay)
    {
        lock (gate)
        {
            if (delay > TimeSpan.Zero && !isLeaving && process.ApplicationStarted.IsCancellationRequested)
            {
                LogDrains(delay);
                drain = time.CreateTimer(_ => process.StopApplication(), null, delay, Timeout.InfiniteTimeSpan);
                isLeaving = true;
                return;
            }

            isLeaving = true;
        }

        process.StopApplication();
    }

    private void OnSignal(PosixSignalContext signal, TimeSpan delay)
    {
        // Else the runtime ends the process.
        signal.Cancel = true;
        Stop(delay);
    }

    [LoggerMessage(2, LogLevel.Information, "Started. Ctrl+C stops it.")]
    private partial void LogStarted();

    [LoggerMessage(1, LogLevel.Information, "Told to stop: not ready from now on, and still serving for {Delay} (Shop:DrainDelay).")]
    private partial void LogDrains(TimeSpan delay);
}
