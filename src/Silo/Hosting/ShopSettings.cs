using System.Globalization;
using System.Net;

namespace Shop.Silo.Hosting;

/// <summary>The settings a process is started with, read once and checked: every fault is one clear sentence.</summary>
public sealed record ShopSettings(string DataDirectory, string? Postgres, string? RabbitMq, bool SeedDemo, bool SchemaOnStart, string ClusterId, string ServiceId, int SiloPort, int GatewayPort)
{
    /// <exception cref="ShopSettingsException">Settings are missing or make no sense: all of them are named.</exception>
    public static ShopSettings Read(IConfiguration configuration)
    {
        var reader = new Reader(configuration);
        reader.Mode();
        var settings = new ShopSettings(
            DataDirectory: reader.Directory("Shop:DataDirectory", "data"),
            Postgres: configuration.GetConnectionString("Postgres") is { Length: > 0 } postgres ? postgres : null,
            RabbitMq: reader.Broker("RabbitMq"),
            SeedDemo: reader.Flag("Shop:SeedDemo", true),
            SchemaOnStart: reader.Flag("Shop:SchemaOnStart", true),
            ClusterId: configuration["Orleans:ClusterId"] ?? "shop",
            ServiceId: configuration["Orleans:ServiceId"] ?? "shop",
            SiloPort: reader.Port("Orleans:SiloPort", 11111),
            GatewayPort: reader.Port("Orleans:GatewayPort", 30000));
        return reader.Faults.Count == 0 ? settings : throw new ShopSettingsException(reader.Faults);
    }

    /// <summary>The SQLite file, unless there is a connection string for PostgreSQL.</summary>
    public string DatabasePath => Path.Combine(DataDirectory, "shop.db");

    /// <summary>Reads on after a fault, so that a person learns of all of them at once.</summary>
    private sealed class Reader(IConfiguration configuration)
    {
        public List<string> Faults { get; } = [];

        public void Mode()
        {
            var mode = configuration["Shop:Mode"] ?? "Embedded";
            if (!mode.Equals("Embedded", StringComparison.OrdinalIgnoreCase))
                Faulty("Shop:Mode", mode, "this version runs 'Embedded' only");
        }

        /// <summary>Said without the value: it holds a password.</summary>
        public string? Broker(string name)
        {
            if (configuration.GetConnectionString(name) is not { Length: > 0 } text)
                return null;
            if (text.Split(',', StringSplitOptions.TrimEntries).Any(node => !Uri.TryCreate(node, UriKind.Absolute, out var address) || address is not { Scheme: "amqp" or "amqps", Host.Length: > 0 }))
                Faults.Add($"The setting ConnectionStrings:{name} must be 'amqp://user:password@host:port/vhost' or 'amqps://…', several nodes separated by commas.");
            return text;
        }

        public string Directory(string key, string otherwise)
        {
            var path = configuration[key] ?? otherwise;
            try
            {
                return System.IO.Directory.CreateDirectory(path).FullName;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                Faulty(key, path, $"the folder cannot be made: {e.Message.TrimEnd('.')}");
                return path;
            }
        }

        public bool Flag(string key, bool otherwise)
        {
            if (configuration[key] is not { Length: > 0 } text)
                return otherwise;
            if (!bool.TryParse(text, out var value))
                Faulty(key, text, "it must be 'true' or 'false'");
            return value;
        }

        public int Port(string key, int otherwise)
        {
            if (configuration[key] is not { Length: > 0 } text)
                return otherwise;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > IPEndPoint.MaxPort)
                Faulty(key, text, "it must be a port, 1 to 65535");
            return port;
        }

        private void Faulty(string key, string value, string why) => Faults.Add($"The setting {key} is '{value}', but {why}.");
    }
}

/// <summary>Settings that the process cannot start with.</summary>
/// <param name="faults">A sentence each.</param>
public sealed class ShopSettingsException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults => faults;
}
