using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService;
using Testing.Servers;

namespace GroupCommit.Specs.Clustering;

/// <summary>Microsoft.Orleans.Clustering.AdoNet on our tables, one cluster's.</summary>
internal static class MembershipTable
{
    public static readonly DateTime Start = new(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    public static async Task<IMembershipTable> Open(PostgresDatabase database, string cluster = "one")
    {
        var table = new AdoNetClusteringTable(
            new ServiceCollection().BuildServiceProvider(),
            Options.Create(new ClusterOptions { ClusterId = cluster, ServiceId = "shop" }),
            Options.Create(new AdoNetClusteringSiloOptions { Invariant = "Npgsql", ConnectionString = database.ConnectionString }),
            NullLogger<AdoNetClusteringTable>.Instance);
        await table.InitializeMembershipTableAsync(true);
        return table;
    }

    public static MembershipEntry Silo(int generation, SiloStatus status = SiloStatus.Active, DateTime? alive = null, int gateway = 30_000) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 11_111, generation),
        SiloName = $"silo {generation}",
        HostName = "here",
        Status = status,
        ProxyPort = gateway,
        StartTime = Start,
        IAmAliveTime = alive ?? Start,
    };

    public static async Task<TableVersion> Next(this IMembershipTable table) => (await table.ReadAllAsync()).Version.Next();

    public static async Task Add(this IMembershipTable table, params MembershipEntry[] silos)
    {
        foreach (var silo in silos)
            Assert.True(await table.InsertRowAsync(silo, await table.Next()));
    }

    /// <summary>What is stored, one line a silo.</summary>
    public static async Task<string[]> Lines(this IMembershipTable table) =>
        [.. (await table.ReadAllAsync()).Members.Select(member => Line(member.Item1)).Order(StringComparer.Ordinal)];

    public static string Line(MembershipEntry silo) =>
        $"{silo.SiloAddress.Generation} {silo.SiloName} {silo.HostName} {silo.Status} {silo.ProxyPort} {silo.StartTime:O} {silo.IAmAliveTime:O} "
        + string.Join('|', silo.SuspectTimes?.Select(suspect => $"{suspect.Item1.Generation} {suspect.Item2:s}") ?? []);
}
