using Testing.Servers;

namespace RabbitMq.Specs;

/// <summary>Specs that leave the shared broker alone: each has a virtual host of its own, and a proxy before it.</summary>
public abstract class BrokerSpec : IAsyncLifetime
{
    /// <summary>Of this spec.</summary>
    protected RabbitVirtualHost Host { get; private set; } = null!;

    /// <summary>Of this spec's virtual host.</summary>
    protected string Url => Host.Url;

    protected CutProxy Proxy { get; private set; } = null!;

    /// <summary>The same virtual host through <see cref="Proxy"/>.</summary>
    protected string UrlBehindProxy => Host.Through(Proxy.Port);

    public async ValueTask InitializeAsync()
    {
        Host = await RabbitServer.Shared.NewVirtualHost();
        Proxy = new CutProxy(RabbitServer.Shared.Port);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Proxy.Dispose();
        await Host.DisposeAsync();
    }
}
