using System.Diagnostics.CodeAnalysis;
using System.Net;
using Shop.Hosting.Network;
using Shop.Hosting.Processes;

namespace Shop.Hosting.Health;

/// <summary>
/// The command <c>health live|ready|startup</c>: asks the process that runs with the same settings on this machine. For probes of containers, whose images have nothing else that could ask.
/// </summary>
public static class HealthProbe
{
    public const string Usage = "health live|ready|startup";

    /// <summary>Longer than the checks themselves take.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <param name="arguments">What follows the word health: which question, then settings as for the process itself.</param>
    /// <param name="otherwise">Where the process listens when no setting says it.</param>
    /// <returns>The exit code: 0 when it answers that all is well, 1 when it does not, or not at all, 2 when there is nothing to ask.</returns>
    public static async Task<int> Run(string[] arguments, string otherwise)
    {
        if (arguments is not [HealthTags.Live or HealthTags.Ready or HealthTags.Startup, ..])
            return await Say($"Usage: {Usage}", 2);
        if (!TryRead(arguments[1..], out var settings, out var fault))
            return await Say(fault, 2);
        if (AddressOf(settings, otherwise) is not { } address)
            return await Say("No setting says at which address and port the process listens.", 2);

        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
#pragma warning disable CA5359 // This machine's own process, of which nothing secret is asked: its certificate is made out to the name by which others know it.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        using var http = new HttpClient(handler) { Timeout = Limit };
        try
        {
            using var answer = await http.GetAsync(new Uri(address, $"{ManagementPaths.Health}/{arguments[0]}"));
            await Console.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync());
            return answer.StatusCode == HttpStatusCode.OK ? 0 : 1;
        }
        catch (Exception silence) when (silence is HttpRequestException or TaskCanceledException)
        {
            return await Say($"{address} does not answer: {silence.Message}", 1);
        }
    }

    /// <summary>The same sources as the process has, without all that it needs to run.</summary>
    private static bool TryRead(string[] arguments, [NotNullWhen(true)] out IConfiguration? settings, out string fault)
    {
        (settings, fault) = (null, "");
        try
        {
            var environment = new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddCommandLine(arguments).Build()[HostDefaults.EnvironmentKey];
            settings = new ConfigurationBuilder()
                .SetBasePath(AppContext.BaseDirectory)
                .AddEnvironmentVariables("ASPNETCORE_")
                .AddEnvironmentVariables("DOTNET_")
                .AddJsonFile("appsettings.json", optional: true)
                .AddJsonFile($"appsettings.{environment ?? Environments.Production}.json", optional: true)
                .AddEnvironmentVariables()
                .AddCommandLine(arguments)
                .Build();
            return true;
        }
        catch (Exception unread) when (StartupFaults.Explain(unread) is { Count: > 0 } lines)
        {
            fault = string.Join(Environment.NewLine, lines);
            return false;
        }
    }

    /// <summary>Where the management has a port of its own, health is there alone.</summary>
    private static Uri? AddressOf(IConfiguration settings, string otherwise)
    {
        var addresses = HttpAddresses.Of(settings);
        var asked = addresses.Management.Count > 0 ? addresses.Management : addresses.Public.Count > 0 ? addresses.Public : [new HttpAddress("", otherwise)];
        return asked.FirstOrDefault(address => address is { Fault: null, Port: > 0 })?.Address is { } found
            ? new UriBuilder(found.Scheme, Reachable(found.Host), found.Port).Uri
            : null;
    }

    /// <summary>Who listens at every address is reached at the loopback one, by the name that every process allows.</summary>
    private static string Reachable(string host) => !IPAddress.TryParse(host, out var address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? "localhost" : host;

    private static async Task<int> Say(string words, int code)
    {
        await Console.Error.WriteLineAsync(words);
        return code;
    }
}
