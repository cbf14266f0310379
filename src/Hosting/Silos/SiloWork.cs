namespace Shop.Hosting.Silos;

/// <summary>Work in the background, from the moment a silo is active until it stops. Nothing waits for it to begin.</summary>
internal abstract class SiloWork : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task working = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        GetType().Name,
        ServiceLifecycleStage.Active,
        _ =>
        {
            working = Task.Run(() => Work(stopping.Token), CancellationToken.None);
            return Task.CompletedTask;
        },
        async hurry =>
        {
            await stopping.CancelAsync();
            await working.WaitAsync(hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

    public void Dispose() => stopping.Dispose();

    /// <summary>Goes on until it is done or told to stop. It must survive its faults: nobody starts it again.</summary>
    protected abstract Task Work(CancellationToken stopping);
}
