using System.Net;

namespace Shop.Hosting.Network;

/// <summary>Where a process is told to listen for HTTP: one address of one setting.</summary>
/// <param name="Setting">By which a person knows it.</param>
/// <param name="Text">As it was written.</param>
public sealed record HttpAddress(string Setting, string Text)
{
    private const string Form = "such as http://127.0.0.1:5080";

    /// <summary>Null: the text is no address.</summary>
    internal BindingAddress? Address { get; } = Parse(Text);

    /// <summary>Null when it has none of its own: a socket in the file system, or no address at all.</summary>
    public int? Port => Address is { IsUnixPipe: false, IsNamedPipe: false } address ? address.Port : null;

    /// <summary>Whether others than processes of this machine can reach it. Kestrel takes any name but localhost for every address of the machine.</summary>
    public bool IsBeyondLoopback => Fault is null && Port is not null
        && !Address!.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        && !(IPAddress.TryParse(Address.Host, out var ip) && Loopback.Has(ip));

    /// <summary>What is wrong with it, in a sentence; null when nothing is.</summary>
    public string? Fault => Address switch
    {
        null => $"The setting {Setting} holds '{Text}', which is no address: it must be scheme, host and port, {Form}.",
        { Scheme: not ("http" or "https") } => $"The setting {Setting} holds '{Text}': it must begin with http:// or https://, {Form}.",
        _ when Port is < 0 or > IPEndPoint.MaxPort => $"The setting {Setting} holds '{Text}', whose port is not one from 0 to 65535, {Form}.",
        // A slip of the pen would open the process to everybody.
        { Host: not ("*" or "+") and var host } when Port is not null && Uri.CheckHostName(host) == UriHostNameType.Unknown =>
            $"The setting {Setting} holds '{Text}', whose host is neither an address of this machine, nor localhost, nor * for all of them, {Form}.",
        { PathBase.Length: > 0 } => $"The setting {Setting} holds '{Text}': an address to listen at has no path, {Form}.",
        _ => null,
    };

    public override string ToString() => Text;

    private static BindingAddress? Parse(string text)
    {
        try
        {
            return BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
