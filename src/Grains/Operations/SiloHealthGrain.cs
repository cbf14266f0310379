using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;

namespace Shop.Operations;

/// <summary>A worker of its own on every silo that is asked; what was found is shared by all who ask.</summary>
[GrainType("silo-health"), StatelessWorker(1)]
internal sealed class SiloHealthGrain(IGroupCommitHealth database) : Grain, ISiloHealthGrain
{
    public Task<string?> FindFault(CancellationToken cancellationToken) => database.FindFault(cancellationToken);
}
