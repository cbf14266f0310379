namespace Orleans.Persistence.GroupCommit;

/// <summary>Some of what was appended after a position: see <see cref="IDurableLogReader.ReadPlaces"/>.</summary>
/// <param name="Places">What one process has written in the order of its commits; of several processes one after the other.</param>
/// <param name="End">Where the next page begins.</param>
/// <param name="HasMore">There is more already.</param>
public sealed record DurableLogPage(IReadOnlyList<DurableLogPlace> Places, DurableLogPosition End, bool HasMore);

/// <summary>Where an entry lies, without what it says.</summary>
public readonly record struct DurableLogPlace
{
    /// <summary>The name of the log.</summary>
    public string Log { get; init; }

    /// <summary>What the entry is about.</summary>
    public string Entity { get; init; }

    /// <summary>Its place among the entity's entries.</summary>
    public long Sequence { get; init; }

    /// <summary>Who delivers it; null: nobody is to be told.</summary>
    public string? Provider { get; init; }

    internal long Owner { get; init; }

    internal long Id { get; init; }
}
