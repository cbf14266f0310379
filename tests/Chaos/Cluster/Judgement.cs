namespace Chaos.Cluster;

/// <summary>What an ordeal showed; all books agreed at its end.</summary>
/// <param name="Suffered">In the order in which it happened.</param>
/// <param name="Statuses">How many orders ended how.</param>
internal sealed record Judgement(IReadOnlyList<Suffered> Suffered, int Acknowledged, IReadOnlyDictionary<string, int> Statuses);
