using Shop.Hosting.Settings;

namespace Shop.Hosting.Network;

/// <summary>Reads the settings that say who gets in.</summary>
internal static class NetworkSettings
{
    public static HttpAddresses Addresses(this SettingsReader reader, string managementKey)
    {
        reader.Know(managementKey);
        var addresses = HttpAddresses.Of(reader.Configuration);
        reader.Faults.AddRange(addresses.All.Select(address => address.Fault).OfType<string>());
        var open = addresses.Public.Select(address => address.Port).OfType<int>().ToHashSet();
        foreach (var address in addresses.Management.Where(address => address.Fault is null))
        {
            // Requests are told apart by their port: that of a socket in the file system, or one that the system picks, nobody knows beforehand.
            if (address.Port is null or 0)
                reader.Faults.Add($"The setting {managementKey} is '{address}', but it must be an address with a port from 1 to 65535, such as 'http://127.0.0.1:9080'.");
            else if (open.Contains(address.Port.Value))
                reader.Faults.Add($"The setting {managementKey} is '{address}', but the public addresses have port {address.Port}, too: the management needs one of its own.");
        }

        return addresses;
    }

    /// <summary>Names that could never be the host of a request would shut the shop for those who need it.</summary>
    public static IReadOnlyList<string> Hosts(this SettingsReader reader, string key)
    {
        if (reader.Configuration[key] is not { } text)
            return [];
        var names = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var name in names.Where(name => !IsHost(name)))
        {
            reader.Faults.Add(
                $"The setting {key} has '{name}' in it, but a host is a name or an address without scheme, port and path: 'shop.example.com', '*.example.com', '[::1]', or '*' for all.");
        }

        return names;
    }

    public static TlsFiles? Tls(this SettingsReader reader, string? certificate, string? key, string? authority)
    {
        if ((certificate, key, authority) is (null, null, null))
            return null;
        if (certificate is null || key is null || authority is null)
        {
            reader.Faults.Add("Of the settings Shop:Tls:CertificateFile, Shop:Tls:KeyFile and Shop:Tls:AuthorityFile some are set and some are not: TLS needs all three.");
            return null;
        }

        var files = new TlsFiles(certificate, key, authority);
        try
        {
            files.Load(DateTimeOffset.UtcNow);
        }
        catch (TlsException fault)
        {
            reader.Faults.Add(fault.Message);
        }

        return files;
    }

    /// <summary>Whoever reaches an embedded shop without a key is its merchant.</summary>
    public static void RefuseOpenShop(this SettingsReader reader, ShopSettings settings)
    {
        if (settings is { Mode: ShopMode.Embedded, OpsKey: null, AllowWithoutKey: false, Http.BeyondLoopback: { Count: > 0 } open })
        {
            reader.Faults.Add(
                $"The shop would listen on {string.Join(", ", open)}, where anybody who reaches this machine could change products, prices and stock: it has no key. "
                + "Set Shop:OpsKey, or listen on 127.0.0.1 alone (ASPNETCORE_URLS, Shop:ManagementUrls), or set Shop:AllowWithoutKey to 'true' if that is meant.");
        }
    }

    private static bool IsHost(string name) => name == "*"
        || Uri.CheckHostName(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name) switch
        {
            UriHostNameType.Dns or UriHostNameType.IPv4 => true,
            // As requests have them.
            UriHostNameType.IPv6 => name.StartsWith('['),
            _ => false,
        };
}
