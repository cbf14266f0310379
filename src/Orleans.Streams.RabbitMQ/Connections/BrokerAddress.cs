using System.Net.Security;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Connections;

/// <summary>A connection string, understood.</summary>
internal sealed class BrokerAddress
{
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    private readonly List<Uri> _nodes;

    private BrokerAddress(List<Uri> nodes) => _nodes = nodes;

    /// <exception cref="FormatException">One sentence that does not repeat the password.</exception>
    public static BrokerAddress Parse(string? connectionString)
    {
        var nodes = new List<Uri>();
        foreach (var text in (connectionString ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var node) || node.Scheme is not ("amqp" or "amqps") || node.Host.Length == 0)
                throw new FormatException("must be 'amqp://user:password@host:port/vhost' or 'amqps://…', several separated by commas");
            if (node.AbsolutePath.Count(c => c == '/') > 1)
                throw new FormatException($"names a virtual host with a slash for '{node.Host}'; write the slash as %2f");
            nodes.Add(node);
        }

        if (nodes.Count == 0)
            throw new FormatException("is empty");
        if (nodes.Exists(node => node.Scheme != nodes[0].Scheme || node.UserInfo != nodes[0].UserInfo || node.AbsolutePath != nodes[0].AbsolutePath))
            throw new FormatException("must have the same scheme, user, password and virtual host for all its nodes");
        return new BrokerAddress(nodes);
    }

    /// <summary>Where to connect to, for logs: hosts and ports only.</summary>
    public override string ToString() => string.Join(", ", _nodes.Select(node => $"{node.Host}:{PortOf(node)}"));

    /// <summary>Credentials, virtual host and TLS.</summary>
    public void Configure(ConnectionFactory factory)
    {
        factory.Uri = _nodes[0];
        if (_nodes[0].Scheme == "amqps")
            factory.Ssl.AcceptablePolicyErrors = SslPolicyErrors.None;
    }

    /// <summary>Each node, with the TLS settings of the factory and the name that its certificate must carry.</summary>
    public IReadOnlyList<AmqpTcpEndpoint> Endpoints(ConnectionFactory factory) =>
        [.. _nodes.Select(node => new AmqpTcpEndpoint(node.Host, PortOf(node), TlsFor(node, factory.Ssl), factory.MaxInboundMessageBodySize))];

    private SslOption TlsFor(Uri node, SslOption given) => new()
    {
        Enabled = given.Enabled,
        // Who set another name than the first node's means it for all of them.
        ServerName = given.ServerName == _nodes[0].Host || string.IsNullOrEmpty(given.ServerName) ? node.Host : given.ServerName,
        AcceptablePolicyErrors = given.AcceptablePolicyErrors,
        CertificateSelectionCallback = given.CertificateSelectionCallback,
        CertificateValidationCallback = given.CertificateValidationCallback,
        CertPassphrase = given.CertPassphrase,
        CertPath = given.CertPath,
        Certs = given.Certs,
        CheckCertificateRevocation = given.CheckCertificateRevocation,
        ClientCertificateContext = given.ClientCertificateContext,
        Version = given.Version,
    };

    private static int PortOf(Uri node) => node.Port > 0 ? node.Port : node.Scheme == "amqps" ? TlsPort : PlainPort;
}
