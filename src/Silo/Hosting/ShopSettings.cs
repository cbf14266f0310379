using System.Globalization;
using System.Net;

namespace Shop.Silo.Hosting;

/// <summary>The settings a process is started with, read once and checked: every fault is one clear sentence.</summary>
public sealed record ShopSettings(string DataDirectory, bool SeedDemo, bool SchemaOnStart, string ClusterId, string ServiceId, int SiloPort, int GatewayPort)
{
    /// <exception cref="ShopSettingsException">A setting is missing or makes no sense.</exception>
    public static ShopSettings Read(IConfiguration configuration)
    {
        var mode = configuration["Shop:Mode"] ?? "Embedded";
        if (!mode.Equals("Embedded", StringComparison.OrdinalIgnoreCase))
            throw new ShopSettingsException("Shop:Mode", mode, "this version runs 'Embedded' only");

        return new ShopSettings(
            DataDirectory: DirectoryOf(configuration["Shop:DataDirectory"] ?? "data"),
            SeedDemo: Flag(configuration, "Shop:SeedDemo", true),
            SchemaOnStart: Flag(configuration, "Shop:SchemaOnStart", true),
            ClusterId: configuration["Orleans:ClusterId"] ?? "shop",
            ServiceId: configuration["Orleans:ServiceId"] ?? "shop",
            SiloPort: Port(configuration, "Orleans:SiloPort", 11111),
            GatewayPort: Port(configuration, "Orleans:GatewayPort", 30000));
    }

    public string DatabasePath => Path.Combine(DataDirectory, "shop.db");

    private static string DirectoryOf(string path)
    {
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ShopSettingsException("Shop:DataDirectory", path, $"the folder cannot be made: {e.Message}");
        }
    }

    private static bool Flag(IConfiguration configuration, string key, bool otherwise) => configuration[key] switch
    {
        null or "" => otherwise,
        { } text when bool.TryParse(text, out var value) => value,
        { } text => throw new ShopSettingsException(key, text, "it must be 'true' or 'false'"),
    };

    private static int Port(IConfiguration configuration, string key, int otherwise) => configuration[key] switch
    {
        null or "" => otherwise,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort => port,
        { } text => throw new ShopSettingsException(key, text, "it must be a port, 1 to 65535"),
    };
}

/// <summary>A setting that the process cannot start with.</summary>
public sealed class ShopSettingsException(string key, string value, string why)
    : Exception($"The setting {key} is '{value}', but {why}.");
