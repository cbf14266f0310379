using System.Collections.Immutable;

namespace Shop.Operations;

/// <summary>Checks the shop's books against each other; key <see cref="Key"/>. Reads one snapshot of what is stored, changes nothing.</summary>
[Alias("shop.invariants"), GrainInterfaceType("shop.invariants")]
public interface IInvariantsGrain : IGrainWithStringKey
{
    const string Key = "invariants";

    /// <summary>How long a caller waits, and so how long a check may take: then it is ended.</summary>
    const string Limit = "00:05:00";

    /// <summary>Takes as long as it takes to read everything that is stored: minutes in a big shop, hence a limit of its own.</summary>
    /// <param name="cancellationToken">Ends it: nobody waits for the answer.</param>
    [Alias("Check"), ResponseTimeout(Limit)]
    Task<InvariantReport> Check(CancellationToken cancellationToken = default);

    /// <summary>
    /// The same, for a shop at which nothing is under way: what the audit of events lacks is not on its way then, but lost. At one that is at work, the
    /// newest events are offenders for a moment.
    /// </summary>
    /// <param name="cancellationToken">Ends it: nobody waits for the answer.</param>
    [Alias("CheckAtRest"), ResponseTimeout(Limit)]
    Task<InvariantReport> CheckAtRest(CancellationToken cancellationToken = default);
}

[GenerateSerializer, Immutable, Alias("shop.invariant-report.v1")]
public sealed record InvariantReport([property: Id(0)] ImmutableArray<InvariantCheck> Checks)
{
    public bool Ok => Checks.All(c => c.Ok);
}

/// <param name="Id">I1 to I6, as docs/invariants.md names them.</param>
/// <param name="Checked">How many entities were looked at.</param>
/// <param name="Offenders">The first 20 entities that break it, and how.</param>
/// <param name="OffenderCount">All of them.</param>
[GenerateSerializer, Immutable, Alias("shop.invariant-check.v1")]
public sealed record InvariantCheck(
    [property: Id(0)] string Id,
    [property: Id(1)] string Title,
    [property: Id(2)] long Checked,
    [property: Id(3)] long OffenderCount,
    [property: Id(4)] ImmutableArray<string> Offenders)
{
    public bool Ok => OffenderCount == 0;
}
