using System.Net.Security;
using System.Security.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace Shop.Hosting.Network;

/// <summary>
/// TLS between silos, and between silos and their clients: both sides show a certificate, and whoever has one of the authority may do everything. Names are not
/// compared: pods have changing addresses, and there is no role that one holder of such a certificate has and another has not.
/// </summary>
internal static class ShopTls
{
    /// <summary>As long as Orleans gives a connection to come about.</summary>
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(5);

    /// <param name="silo">The silo.</param>
    /// <param name="files">Null: without TLS.</param>
    public static ISiloBuilder UseShopTls(this ISiloBuilder silo, TlsFiles? files)
    {
        if (files is null)
            return silo;
        AddCertificates(silo.Services, files);
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<TlsCertificates>((connections, certificates) =>
        {
            var options = For(certificates);
            connections.ConfigureSiloInboundConnection(connection => connection.UseServerTls(options));
            connections.ConfigureGatewayInboundConnection(connection => connection.UseServerTls(options));
            connections.ConfigureSiloOutboundConnection(connection => connection.UseClientTls(options));
        });
        return silo;
    }

    /// <inheritdoc cref="UseShopTls(ISiloBuilder, TlsFiles?)"/>
    public static IClientBuilder UseShopTls(this IClientBuilder client, TlsFiles? files)
    {
        if (files is null)
            return client;
        AddCertificates(client.Services, files);
        client.Services.AddOptions<ClientConnectionOptions>().Configure<TlsCertificates>((connections, certificates) =>
            connections.ConfigureConnection(connection => connection.UseClientTls(For(certificates))));
        return client;
    }

    private static void AddCertificates(IServiceCollection services, TlsFiles files)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(files).TryAddSingleton<TlsCertificates>();
    }

    private static TlsOptions For(TlsCertificates certificates) => new()
    {
        HandshakeTimeout = HandshakeLimit,
        SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        RemoteCertificateValidation = (_, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None,
        // Orleans wants one; what is used is set below, with what leads from it to its authority.
        LocalServerCertificateSelector = (_, _) => certificates.Current.Shown.TargetCertificate,
        OnAuthenticateAsServer = (_, options) => Configure((SslServerAuthenticationOptions)options.SslServerAuthenticationOptions, certificates.Current),
        OnAuthenticateAsClient = (_, options) => Configure((SslClientAuthenticationOptions)options.SslClientAuthenticationOptions, certificates.Current),
    };

    private static void Configure(SslServerAuthenticationOptions options, TlsMaterial material)
    {
        options.ServerCertificateSelectionCallback = null;
        options.ServerCertificateContext = material.Shown;
        options.CertificateChainPolicy = material.Trust();
        // A session taken up again would spare the look at a certificate that is not trusted any more.
        options.AllowTlsResume = false;
    }

    private static void Configure(SslClientAuthenticationOptions options, TlsMaterial material)
    {
        options.ClientCertificateContext = material.Shown;
        options.CertificateChainPolicy = material.Trust();
        options.AllowTlsResume = false;
    }
}
