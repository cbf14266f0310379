using Orleans.Persistence.GroupCommit;

namespace Shop.Silo.Hosting;

/// <summary>
/// The times in the cluster's table of silos, in the one time that all silos have. Orleans takes those that it writes, and those that it compares
/// with what it reads, from the machine: a silo whose clock is wrong would look dead to the others, and they to it. Times are moved by how far this machine's
/// clock is off, on their way in and out.
/// </summary>
internal sealed class MembershipTimes(IMembershipTable table, SteadyClock clock) : IMembershipTable
{
    // Smaller differences mean nothing to Orleans, and without them what is written is what was read.
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(2);

    public Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken) =>
        table.InitializeMembershipTableAsync(tryInitTableVersion, cancellationToken);

    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken) =>
        table.DeleteMembershipTableEntriesAsync(clusterId, cancellationToken);

    // Orleans asks for it by the time of the process, which is the table's.
    public Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken) =>
        table.CleanupDefunctSiloEntriesAsync(beforeDate, cancellationToken);

    public async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken) =>
        Moved(await table.ReadRowAsync(key, cancellationToken), Ahead());

    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken) => Moved(await table.ReadAllAsync(cancellationToken), Ahead());

    public Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken) =>
        table.InsertRowAsync(Moved(entry, -Ahead()), tableVersion, cancellationToken);

    public Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken) =>
        table.UpdateRowAsync(Moved(entry, -Ahead()), etag, tableVersion, cancellationToken);

    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken) =>
        table.UpdateIAmAliveAsync(Moved(entry, -Ahead()), cancellationToken);

    // The older half of the interface, which has to be there.
    Task IMembershipTable.InitializeMembershipTable(bool tryInitTableVersion) => InitializeMembershipTableAsync(tryInitTableVersion, default);

    Task IMembershipTable.DeleteMembershipTableEntries(string clusterId) => DeleteMembershipTableEntriesAsync(clusterId, default);

    Task IMembershipTable.CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => CleanupDefunctSiloEntriesAsync(beforeDate, default);

    Task<MembershipTableData> IMembershipTable.ReadRow(SiloAddress key) => ReadRowAsync(key, default);

    Task<MembershipTableData> IMembershipTable.ReadAll() => ReadAllAsync(default);

    Task<bool> IMembershipTable.InsertRow(MembershipEntry entry, TableVersion tableVersion) => InsertRowAsync(entry, tableVersion, default);

    Task<bool> IMembershipTable.UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => UpdateRowAsync(entry, etag, tableVersion, default);

    Task IMembershipTable.UpdateIAmAlive(MembershipEntry entry) => UpdateIAmAliveAsync(entry, default);

    private TimeSpan Ahead() => Math.Round(clock.Deviation / Grain) * Grain;

    private static MembershipTableData Moved(MembershipTableData data, TimeSpan by) => by == TimeSpan.Zero
        ? data
        : new MembershipTableData([.. data.Members.Select(member => Tuple.Create(Moved(member.Item1, by), member.Item2))], data.Version);

    private static MembershipEntry Moved(MembershipEntry entry, TimeSpan by) => by == TimeSpan.Zero
        ? entry
        : new MembershipEntry
        {
            SiloAddress = entry.SiloAddress,
            Status = entry.Status,
            SuspectTimes = entry.SuspectTimes?.ConvertAll(vote => Tuple.Create(vote.Item1, Moved(vote.Item2, by))),
            ProxyPort = entry.ProxyPort,
            HostName = entry.HostName,
            SiloName = entry.SiloName,
            RoleName = entry.RoleName,
            UpdateZone = entry.UpdateZone,
            FaultZone = entry.FaultZone,
            StartTime = Moved(entry.StartTime, by),
            IAmAliveTime = Moved(entry.IAmAliveTime, by),
        };

    // What was never set stays so.
    private static DateTime Moved(DateTime time, TimeSpan by) => time == default ? default : time + by;
}
