using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit;

/// <summary>Opens the database before grains and streams are there, and closes it after they are gone, with everything written.</summary>
internal sealed class CommitterLifecycle(Committer committer) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(CommitterLifecycle), ServiceLifecycleStage.RuntimeStorageServices, committer.Start, committer.Stop);
}
