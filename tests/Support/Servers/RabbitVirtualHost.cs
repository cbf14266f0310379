namespace Testing.Servers;

/// <summary>A part of a broker with exchanges, queues and connections of its own. Goes when disposed, with all that is in it.</summary>
public sealed class RabbitVirtualHost : IAsyncDisposable
{
    private readonly RabbitServer _server;

    private RabbitVirtualHost(RabbitServer server, string name)
    {
        (_server, Name) = (server, name);
        Management = new RabbitManagement(server.ManagementUrl, server.Url, name);
    }

    public string Name { get; }

    /// <summary>What the broker says about this part of it.</summary>
    public RabbitManagement Management { get; }

    public string Url => Within(_server.Url);

    /// <summary>Null at a broker that is not ours.</summary>
    public string? TlsUrl => _server.TlsUrl is { } url ? Within(url) : null;

    /// <summary>The same at several nodes of one cluster, as a connection string names them.</summary>
    public string At(IEnumerable<RabbitServer> nodes) => string.Join(',', nodes.Select(node => Within(node.Url)));

    /// <summary>The same by another port of this machine: a proxy's.</summary>
    public string Through(int port) => new UriBuilder(Url) { Host = "127.0.0.1", Port = port }.ToString();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Management.DeleteVirtualHost();
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            // The spec has ended its broker, and this with it.
        }

        Management.Dispose();
    }

    internal static async Task<RabbitVirtualHost> Create(RabbitServer server)
    {
        var created = new RabbitVirtualHost(server, $"spec-{Guid.NewGuid():N}");
        await created.Management.CreateVirtualHost();
        return created;
    }

    private string Within(string url) => new UriBuilder(url) { Path = Name }.ToString();
}
