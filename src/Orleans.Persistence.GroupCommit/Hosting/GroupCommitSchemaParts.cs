namespace Orleans.Persistence.GroupCommit;

/// <summary>The tables a PostgreSQL database may be given; see <see cref="GroupCommitSchema"/>.</summary>
[Flags]
public enum GroupCommitSchemaParts
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>States, maps, outbox and armed messages: what the library itself needs.</summary>
    State = 1,

    /// <summary>The membership of Orleans clusters, for Microsoft.Orleans.Clustering.AdoNet.</summary>
    Clustering = 2,

    /// <summary>
    /// The statements of Microsoft.Orleans.Persistence.AdoNet for the states, so that its grain storage (PubSubStore, say) works beside the
    /// library's, on the same rows. Brings <see cref="State"/>.
    /// </summary>
    AdoNetGrainStorage = 4,

    /// <summary>All that a cluster needs.</summary>
    All = State | Clustering | AdoNetGrainStorage,
}
