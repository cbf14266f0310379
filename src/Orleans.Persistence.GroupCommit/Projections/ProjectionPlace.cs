namespace Orleans.Persistence.GroupCommit.Projections;

/// <summary>How far a projection has come in what each process has written, and how far that goes.</summary>
internal sealed class ProjectionPlace(Dictionary<long, long> positions)
{
    public const int MostCounted = 100_000;

    private readonly Dictionary<long, long> _heads = [];

    // An append whose place was taken has used up ids: the head is beyond the last entry.
    private readonly Dictionary<long, long> _looked = [];

    public long Of(long owner) => positions.GetValueOrDefault(owner);

    public void GoTo(long owner, long position) => positions[owner] = position;

    /// <summary>There is nothing up to the head, as it is known.</summary>
    public void FindNothing(long owner) => _looked[owner] = _heads[owner];

    /// <summary>Takes over how far the processes have come.</summary>
    public void See(IReadOnlyDictionary<long, long> heads)
    {
        foreach (var (owner, id) in heads)
            _heads[owner] = Math.Max(id, _heads.GetValueOrDefault(owner));
    }

    /// <summary>Whose entries wait.</summary>
    public List<long> Behind() => [.. _heads.Keys.Where(IsBehind).Order()];

    private bool IsBehind(long owner) => _heads[owner] > Math.Max(Of(owner), _looked.GetValueOrDefault(owner));
}
