using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Orleans.Runtime.MembershipService;
using Orleans.Runtime.Messaging;
using Shop.Hosting.Database;
using Shop.Hosting.Network;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Processes;

/// <summary>What keeps a process from starting and a person can put right, in sentences.</summary>
internal static class StartupFaults
{
    /// <returns>Empty when the fault is of another kind: then it is a bug, or news.</returns>
    public static IReadOnlyList<string> Explain(Exception fault) => [.. Sentences(fault).Distinct()];

    /// <summary>On standard error, a line each: what a person can put right in a sentence, everything else with all that is known of it.</summary>
    public static async Task Tell(Exception fault)
    {
        foreach (var line in Explain(fault) is { Count: > 0 } known ? known : [fault.ToString()])
            await Console.Error.WriteLineAsync(line);
    }

    private static IEnumerable<string> Sentences(Exception fault) => fault switch
    {
        ShopSettingsException settings => settings.Faults,
        ShopStartException start => [start.Message],
        OptionsValidationException options => options.Failures,
        OrleansConfigurationException orleans => orleans.Message.Split(Environment.NewLine),
        AggregateException many => many.InnerExceptions.SelectMany(Sentences),
        IOException { InnerException: AddressInUseException } address => [address.Message],
        // Orleans' own listener; it does not say which of its two.
        AddressInUseException port => [$"A port of the silo (Orleans:SiloPort, Orleans:GatewayPort) is taken: {port.Message}"],
        OrleansClusterConnectivityCheckFailedException => [$"The other silos of the cluster do not answer this one (Orleans:AdvertisedIPAddress, Shop:Tls): {FirstLineOf(fault)}"],
        TlsException => [fault.Message],
        // Of Kestrel: its certificate, or an address that is a socket in the file system.
        CryptographicException or FileNotFoundException or DirectoryNotFoundException => [$"A file that is needed to start cannot be used: {FirstLineOf(fault)}"],
        SocketException => [$"The network does not allow what the process needs to start: {FirstLineOf(fault)}"],
        // A database that is in use, of another application, of a newer version.
        GroupCommitStartException store => [store.Message],
        // Of an address that can be read: a certificate is missing, say. What follows the first line tells developers what to type.
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } => [FirstLineOf(fault)],
        // Of a settings file; the cause says where in it.
        InvalidDataException { InnerException: FormatException } => [$"{fault.Message} {fault.GetBaseException().Message}"],
        FormatException { Source: "Microsoft.Extensions.Configuration.CommandLine" } => [fault.Message],
        // A value that cannot be read; it names key and value.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => [fault.Message],
        // None is in the table of silos, or those that are do not take the connection.
        SiloUnavailableException or ConnectionFailedException => [$"No silo of the cluster answers: {fault.Message}"],
        { InnerException: { } cause } => Sentences(cause),
        _ => [],
    };

    private static string FirstLineOf(Exception fault) => fault.Message.Split('\n')[0].Trim();
}
