namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>Who uses a database, or has claimed it.</summary>
internal readonly record struct ServiceIdentity(string ServiceId, string ClusterId)
{
    /// <summary>For a process that comes to a database that somebody else has claimed.</summary>
    public GroupCommitStartException Refuse(ServiceIdentity stranger, string database) => new(
        $"{database} belongs to the service '{ServiceId}' and its cluster '{ClusterId}'; this process is of the service '{stranger.ServiceId}' and the cluster "
        + $"'{stranger.ClusterId}'. Nothing was changed. Start it with the ServiceId and ClusterId that the database has, or on a database of its own.");
}
