namespace Orleans.Persistence.GroupCommit;

/// <summary>Who else may use the database.</summary>
public enum GroupCommitSharing
{
    /// <summary>Silos of any number of services. On PostgreSQL rows belong to their service; of a SQLite file, one process at a time has all.</summary>
    ManyServices,

    /// <summary>
    /// Silos of one service and one cluster: the first of them gives the database their names, and whoever comes with others is refused before it writes
    /// anything. A database that is in use already belongs to whom its rows belong to.
    /// </summary>
    OneService,

    /// <summary>The same, and one process at a time: a second one is refused while the first one lives. For a silo that is a cluster by itself.</summary>
    OneProcess,
}
