using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Shop.WebApi.Specs.Network;

/// <summary>TLS as an Orleans client begins it, but with any certificate: ours refuses to show one that is of no use.</summary>
internal static class OrleansHandshake
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);

    public static async Task<bool> Succeeds(NetworkStream stream, X509Certificate2? shown, CancellationToken cancel)
    {
        try
        {
            await using var tls = new SslStream(stream, leaveInnerStreamOpen: true, (_, server, _, _) => server is not null);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    ApplicationProtocols = [new SslApplicationProtocol("Orleans1")],
                    ClientCertificateContext = shown is null ? null : SslStreamCertificateContext.Create(shown, null, offline: true),
                },
                cancel);
            // In TLS 1.3 the client is done before the server has looked at its certificate: a refusal comes with the first read. An admitted one hears nothing before it has spoken.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Quiet);
            return await tls.ReadAsync(new byte[1], limit.Token) > 0;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception fault) when (fault is AuthenticationException or IOException)
        {
            return false;
        }
    }
}
