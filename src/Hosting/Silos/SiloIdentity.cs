using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Silos;

/// <summary>
/// Under which address the other processes know this silo. Part of it is its generation: the seconds since a fixed day, by which a silo that was started again at
/// the same address is told from the one before. Orleans takes it from the machine: when that clock is behind, a silo would take itself for an older one, or for a client.
/// This one takes it from the database when that answers at once.
/// </summary>
internal sealed class SiloIdentity : ILocalSiloDetails
{
    private const int SecondsToAnswer = 2;

    // As Orleans counts: silos of both kinds follow each other at an address.
    private static readonly DateTimeOffset Epoch = new(2022, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lazy<SiloAddress> siloAddress;
    private readonly Lazy<SiloAddress> gatewayAddress;

    public SiloIdentity(
        IOptions<SiloOptions> silo, IOptions<ClusterOptions> cluster, IOptions<EndpointOptions> endpoints, ShopSettings settings, SteadyClock clock)
    {
        (Name, ClusterId, DnsHostName) = (silo.Value.SiloName, cluster.Value.ClusterId, Dns.GetHostName());
        siloAddress = new(() => SiloAddress.New(endpoints.Value.AdvertisedIPAddress!, endpoints.Value.SiloPort, Generation(settings, clock)));
        gatewayAddress = new(() => endpoints.Value.GatewayPort is var port and > 0
            ? SiloAddress.New(endpoints.Value.AdvertisedIPAddress!, port, 0)
            : null!);
    }

    public string Name { get; }

    public string ClusterId { get; }

    public string DnsHostName { get; }

    public SiloAddress SiloAddress => siloAddress.Value;

    public SiloAddress GatewayAddress => gatewayAddress.Value;

    /// <summary>Positive, whatever a clock shows: below zero are clients, and 0 is any silo.</summary>
    internal static int GenerationAt(DateTimeOffset now) => (int)Math.Clamp((now - Epoch).TotalSeconds, 1, int.MaxValue);

    private static int Generation(ShopSettings settings, SteadyClock clock)
    {
        // A cluster of one, with a table of silos that ends with it: nobody has been or will be at its address. Orleans takes a silo for dead whose generation is an hour
        // behind the time, and what time that is, only the file knows, which is not open yet.
        if (settings.Postgres is not { } postgres)
            return int.MaxValue;
        if (TimeOf(postgres, settings.ServiceId) is { } now)
            clock.Set(now);
        return GenerationAt(clock.GetUtcNow());
    }

    /// <summary>Asked while Orleans is put together, where nobody can wait for long: who finds no database starts with the machine's time, until the store has opened.</summary>
    private static DateTimeOffset? TimeOf(string postgres, string serviceId)
    {
        try
        {
            using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres)
            {
                Timeout = SecondsToAnswer, CommandTimeout = SecondsToAnswer, Pooling = false,
            }.ToString());
            connection.Open();
            // The store keeps its newest time there, and will not begin before it: nor must the generation.
            using var tables = new NpgsqlCommand("SELECT to_regclass('groupcommit_owners') IS NOT NULL", connection);
            using var question = new NpgsqlCommand("SELECT clock_timestamp()", connection);
            if (tables.ExecuteScalar() is true)
            {
                question.CommandText = "SELECT greatest(clock_timestamp(), max(alive_until)) FROM groupcommit_owners WHERE service_id = $1 AND silo = 'clock'";
                question.Parameters.Add(new NpgsqlParameter { Value = serviceId });
            }

            return question.ExecuteScalar() is DateTime now ? now : null;
        }
        // A name that nobody knows yet comes as it is.
        catch (Exception fault) when (fault is NpgsqlException or SocketException or TimeoutException)
        {
            // What it is, the start itself finds out, and tells.
            return null;
        }
    }
}
