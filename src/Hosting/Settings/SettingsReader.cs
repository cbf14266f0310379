using System.Globalization;
using System.Net;
using Npgsql;

namespace Shop.Hosting.Settings;

/// <summary>Reads one setting after the other and goes on after a fault, so that a person learns of all of them at once.</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private const int ShortestKey = 16;
    private const string GssEncryption = "GSS Encryption Mode";

    private readonly Dictionary<string, SettingKind> known = new(StringComparer.OrdinalIgnoreCase);

    public List<string> Faults { get; } = [];

    public IConfiguration Configuration => configuration;

    public bool IsDevelopment => Environments.Development.Equals(configuration[HostDefaults.EnvironmentKey] ?? configuration["ASPNETCORE_ENVIRONMENT"], StringComparison.OrdinalIgnoreCase);

    public T Word<T>(string key, T otherwise) where T : struct, Enum
    {
        if (Find(key) is not { } text)
            return otherwise;
        // By name alone: TryParse would take numbers, too.
        foreach (var name in Enum.GetNames<T>())
        {
            if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
                return Enum.Parse<T>(name);
        }

        Faulty(key, text, $"it must be {string.Join(" or ", Enum.GetNames<T>().Select(name => $"'{name}'"))}");
        return otherwise;
    }

    public string Name(string key, string otherwise) => Find(key) ?? otherwise;

    /// <summary>Said without the value: it holds a password.</summary>
    public string? Database(string name, bool needed)
    {
        if (Connection(name, needed) is not { } text)
            return null;
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(text);
            // Npgsql would look for a library first that small images do not have; who authenticates by it says so.
            if (!settings.ShouldSerialize(GssEncryption))
                settings.GssEncryptionMode = GssEncryptionMode.Disable;
            if (settings.Host is { Length: > 0 })
                return settings.ToString();
            Faults.Add($"The setting ConnectionStrings:{name} names no Host.");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            // Npgsql names the word it does not know, never a value of ours but where it is that word.
            Faults.Add($"The setting ConnectionStrings:{name} is no connection string of Npgsql, such as 'Host=127.0.0.1;Username=shop;Database=shop'.");
        }

        return text;
    }

    /// <summary>Said without the value: it holds a password.</summary>
    public string? Broker(string name, bool needed)
    {
        if (Connection(name, needed) is not { } text)
            return null;
        if (text.Split(',', StringSplitOptions.TrimEntries).Any(node => !Uri.TryCreate(node, UriKind.Absolute, out var address) || address is not { Scheme: "amqp" or "amqps", Host.Length: > 0 }))
            Faults.Add($"The setting ConnectionStrings:{name} must be 'amqp://user:password@host:port/vhost' or 'amqps://…', several nodes separated by commas.");
        return text;
    }

    public string Directory(string key, string otherwise)
    {
        var path = Find(key) ?? otherwise;
        try
        {
            // For its owner alone: customers' orders lie in it. One that is there stays as it is.
            return OperatingSystem.IsWindows()
                ? System.IO.Directory.CreateDirectory(path).FullName
                : System.IO.Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Faulty(key, path, $"the folder cannot be made: {e.Message.TrimEnd('.')}");
            return path;
        }
    }

    public bool Flag(string key, bool otherwise)
    {
        if (Find(key) is not { } text)
            return otherwise;
        if (!bool.TryParse(text, out var value))
            Faulty(key, text, "it must be 'true' or 'false'");
        return value;
    }

    public TimeSpan Time(string key, TimeSpan otherwise, TimeSpan atMost, TimeSpan atLeast = default)
    {
        if (Find(key) is not { } text)
            return otherwise;
        if (!TimeText.TryRead(text, out var value))
            Faulty(key, text, TimeText.FaultOf(text));
        else if (value < atLeast || value > atMost)
            Faulty(key, text, $"it must be a time from {atLeast:c} to {atMost:c}");
        return value;
    }

    /// <returns>Null when it is not set.</returns>
    public TimeSpan? TimeToLive(string key, TimeSpan atMost) => Find(key) is null ? null : Time(key, atMost, atMost, atLeast: TimeSpan.FromMilliseconds(1));

    /// <returns>Null when it is not set.</returns>
    public long? Count(string key, long from, long to)
    {
        if (Find(key) is not { } text)
            return null;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < from || value > to)
        {
            Faulty(key, text, to == long.MaxValue ? $"it must be a whole number, {from} or more" : $"it must be a whole number from {from} to {to}");
            return null;
        }

        return value;
    }

    public int Port(string key, int otherwise)
    {
        if (Find(key) is not { } text)
            return otherwise;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > IPEndPoint.MaxPort)
            Faulty(key, text, "it must be a port, 1 to 65535");
        return port;
    }

    /// <param name="key">The setting.</param>
    /// <param name="otherwise">The variable that is looked at when it is not set.</param>
    public IPAddress? Address(string key, string otherwise)
    {
        var source = Find(key) is not null ? key : otherwise;
        if (configuration[source] is not { Length: > 0 } text)
            return null;
        // Of "1" IPAddress would make 0.0.0.1. And nobody can be reached under "any".
        if (IPAddress.TryParse(text, out var address) && address.ToString() == text && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
            return address;
        Faulty(source, text, "it must be the IP address under which the others reach this silo");
        return null;
    }

    /// <summary>Said without the value: it is a secret.</summary>
    public string? Key(string key)
    {
        if (Find(key) is not { } text)
            return null;
        if (text.Length < ShortestKey || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
            Faults.Add($"The setting {key} must have at least {ShortestKey} characters, all of them visible ASCII.");
        return text;
    }

    /// <summary>Settings that others read, or that only another kind of process does.</summary>
    public void Know(string key, SettingKind kind = SettingKind.Text) => known.TryAdd(key, kind);

    /// <summary>The settings below a section that are bound to options.</summary>
    public void Know(string section, Type options)
    {
        foreach (var property in options.GetProperties())
        {
            var kind = property.PropertyType == typeof(TimeSpan) ? SettingKind.Time : property.PropertyType == typeof(IList<TimeSpan>) ? SettingKind.Times : SettingKind.Text;
            if (property.CanWrite || kind == SettingKind.Times)
                Know($"{section}:{property.Name}", kind);
        }
    }

    /// <summary>When all settings are known: the faults of those that are not, and of options that hold no time where one belongs.</summary>
    public IReadOnlyList<string> Unknown(IConfiguration given) => [.. new UnknownSettings(known).Faults(given)];

    /// <returns>Null when it is not set, or empty.</returns>
    public string? Find(string key)
    {
        Know(key);
        return configuration[key] is { Length: > 0 } text ? text : null;
    }

    private string? Connection(string name, bool needed)
    {
        if (Find($"ConnectionStrings:{name}") is { } text)
            return text;
        if (needed)
            Faults.Add($"The setting ConnectionStrings:{name} is missing: a cluster needs it.");
        return null;
    }

    private void Faulty(string key, string value, string why) => Faults.Add($"The setting {key} is '{value}', but {why}.");
}
