using System.Net;
using Shop.Hosting.Network;
using Shop.Hosting.Streams;

namespace Shop.Hosting.Settings;

/// <summary>How the processes of a shop are put together.</summary>
public enum ShopMode
{
    /// <summary>All of it in one process.</summary>
    Embedded,

    /// <summary>Silos that share a PostgreSQL database and a RabbitMQ broker; the API is a client of theirs, in processes of its own.</summary>
    Cluster,
}

/// <summary>Which part of a shop a process is: that decides what it cannot do without.</summary>
public enum ShopPart
{
    Silo,
    Client,
}

/// <summary>The settings a process is started with, read once and checked: every fault is one clear sentence.</summary>
public sealed record ShopSettings
{
    /// <summary>Of a service and its cluster.</summary>
    internal const string DefaultName = "shop";

    /// <summary>Longer than anybody waits; a slip of the pen, most likely.</summary>
    internal static readonly TimeSpan LongestStart = TimeSpan.FromDays(1);

    public required ShopMode Mode { get; init; }

    public ShopPart Part { get; init; }

    /// <summary>Where an embedded shop has its SQLite file.</summary>
    public required string DataDirectory { get; init; }

    public string? Postgres { get; init; }

    public string? RabbitMq { get; init; }

    public required bool SeedDemo { get; init; }

    public required bool SchemaOnStart { get; init; }

    /// <summary>How long a starting process waits for a database, its tables, a broker or a cluster that is not there yet; zero: it ends at once.</summary>
    public required TimeSpan StartTimeout { get; init; }

    /// <summary>How long the process, told to stop by SIGTERM, still serves requests while it already says that it is not ready.</summary>
    public required TimeSpan DrainDelay { get; init; }

    /// <summary>Opens what only merchants and operators may do. None: in a cluster it stays shut, of an embedded shop it is open.</summary>
    public string? OpsKey { get; init; }

    /// <summary>An embedded shop may be reached from elsewhere although it has no key.</summary>
    public bool AllowWithoutKey { get; init; }

    public HttpAddresses Http { get; init; } = new([], []);

    /// <summary>The host names by which HTTP requests may come in; empty: those of loopback.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>None: silo and gateway ports take every connection, as it is.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>What the queues of the broker are declared with, and whether messages are signed.</summary>
    public StreamSettings Streams { get; init; } = new();

    /// <summary>Whether one silo hears from the broker what an outsider hears, and compares it with the log.</summary>
    public bool Witness { get; init; }

    public required string ClusterId { get; init; }

    public required string ServiceId { get; init; }

    public required int SiloPort { get; init; }

    public required int GatewayPort { get; init; }

    /// <summary>By which the other processes of the cluster find this silo; null: Orleans takes the first address of this machine that is not loopback.</summary>
    public IPAddress? AdvertisedAddress { get; init; }

    /// <summary>Whether the process has grains of its own.</summary>
    public bool HasSilo => Mode == ShopMode.Embedded || Part == ShopPart.Silo;

    /// <summary>Whether others than this machine can reach the silo's ports.</summary>
    public bool IsSiloReachable => Part == ShopPart.Silo && Mode == ShopMode.Cluster && !(AdvertisedAddress is { } address && IPAddress.IsLoopback(address));

    /// <summary>The SQLite file, unless there is a connection string for PostgreSQL.</summary>
    public string DatabasePath => Path.Combine(DataDirectory, "shop.db");

    /// <exception cref="ShopSettingsException">Settings are missing or make no sense: all of them are named.</exception>
    public static ShopSettings Read(IConfiguration configuration, ShopPart part = ShopPart.Silo)
    {
        var reader = new SettingsReader(configuration);
        var settings = Read(reader, part);
        reader.Faults.AddRange(reader.Unknown(configuration));
        return reader.Faults.Count == 0 ? settings : throw new ShopSettingsException(reader.Faults);
    }

    /// <summary>What is wrong with settings whatever reads them: for commands, which need few of them.</summary>
    internal static IReadOnlyList<string> FindUnknown(IConfiguration configuration)
    {
        // From nothing, to learn which there are.
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new("Shop:Mode", nameof(ShopMode.Cluster))]).Build());
        Read(reader, ShopPart.Silo);
        return reader.Unknown(configuration);
    }

    private static ShopSettings Read(SettingsReader reader, ShopPart part)
    {
        var mode = reader.Word("Shop:Mode", ShopMode.Embedded);
        var embedded = mode == ShopMode.Embedded;
        var settings = new ShopSettings
        {
            Mode = mode,
            Part = part,
            DataDirectory = embedded ? reader.Directory("Shop:DataDirectory", "data") : "",
            Postgres = reader.Database("Postgres", needed: !embedded),
            RabbitMq = reader.Broker("RabbitMq", needed: !embedded && part == ShopPart.Silo),
            SeedDemo = reader.Flag("Shop:SeedDemo", embedded),
            SchemaOnStart = reader.Flag("Shop:SchemaOnStart", embedded || reader.IsDevelopment),
            StartTimeout = reader.Time("Shop:StartTimeout", embedded ? TimeSpan.Zero : TimeSpan.FromMinutes(1), atMost: LongestStart),
            DrainDelay = reader.Time("Shop:DrainDelay", TimeSpan.Zero, atMost: TimeSpan.FromMinutes(10)),
            OpsKey = reader.Key("Shop:OpsKey"),
            AllowWithoutKey = reader.Flag("Shop:AllowWithoutKey", false),
            Http = reader.Addresses("Shop:ManagementUrls"),
            AllowedHosts = reader.Hosts("AllowedHosts"),
            Tls = reader.Tls(reader.Find("Shop:Tls:CertificateFile"), reader.Find("Shop:Tls:KeyFile"), reader.Find("Shop:Tls:AuthorityFile")),
            Streams = StreamSettings.Read(reader),
            Witness = reader.Flag("Shop:Audit:Witness", false),
            ClusterId = reader.Name("Orleans:ClusterId", DefaultName),
            ServiceId = reader.Name("Orleans:ServiceId", DefaultName),
            SiloPort = reader.Port("Orleans:SiloPort", 11111),
            GatewayPort = reader.Port("Orleans:GatewayPort", 30000),
            AdvertisedAddress = reader.Address("Orleans:AdvertisedIPAddress", otherwise: "POD_IP"),
        };
        if ((embedded || part == ShopPart.Silo) && settings.SiloPort == settings.GatewayPort)
            reader.Faults.Add($"The setting Orleans:SiloPort is {settings.SiloPort}, and so is Orleans:GatewayPort: each needs a port of its own.");
        if (embedded && settings is { Witness: true, RabbitMq: null })
            reader.Faults.Add("The setting Shop:Audit:Witness is 'true', but ConnectionStrings:RabbitMq is missing: without a broker nobody outside hears of events.");
        // Also in a process that does not use it: processes of several kinds may be started with the same settings.
        reader.Know("Shop:DataDirectory");
        // Read before all others: the values of some of them lie in it.
        reader.Know(SecretsDirectory.Key);
        foreach (var (section, options) in ShopGrains.OptionSections)
            reader.Know($"Shop:{section}", options);
        reader.RefuseOpenShop(settings);
        return settings;
    }
}

/// <summary>Settings that the process cannot start with.</summary>
/// <param name="faults">A sentence each.</param>
public sealed class ShopSettingsException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults => faults;
}
