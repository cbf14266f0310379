namespace Shop.WebApi.Specs.Hosting;

/// <summary>A silo's, in which one takes part.</summary>
internal sealed class LifecycleOfOne : ISiloLifecycle
{
    private ILifecycleObserver observer = null!;

    public int HighestCompletedStage => 0;

    public int LowestStoppedStage => 0;

    public Task Start() => observer.OnStart(CancellationToken.None);

    public Task Stop() => observer.OnStop(CancellationToken.None);

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        this.observer = observer;
        return new Nothing();
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
