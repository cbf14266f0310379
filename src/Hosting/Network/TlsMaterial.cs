using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Shop.Hosting.Network;

/// <summary>What one handshake needs: what this process shows, and by what it judges what the other one shows.</summary>
internal sealed class TlsMaterial
{
    private readonly X509Certificate2 certificate;
    private readonly X509Certificate2Collection chain;
    private readonly X509Certificate2Collection authorities;

    /// <param name="texts">What it was read from.</param>
    /// <param name="certificate">Of this process, with its key.</param>
    /// <param name="chain">What its file holds: itself, and what leads from it to an authority.</param>
    /// <param name="authorities">Whom this process trusts, and nobody else.</param>
    public TlsMaterial(TlsTexts texts, X509Certificate2 certificate, X509Certificate2Collection chain, X509Certificate2Collection authorities)
    {
        (this.certificate, this.chain, this.authorities) = (certificate, chain, authorities);
        Texts = texts;
        // Sent along: the other side has the authorities alone.
        Shown = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    public TlsTexts Texts { get; }

    public SslStreamCertificateContext Shown { get; }

    public string Subject => certificate.Subject;

    public DateTimeOffset NotAfter => certificate.NotAfter;

    /// <summary>Only these authorities, and nothing that has to be asked of anybody: a revoked certificate is one whose authority is taken out.</summary>
    public X509ChainPolicy Trust()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <returns>Why the others would not trust this certificate; null: they do.</returns>
    public string? FindFault()
    {
        using var path = new X509Chain { ChainPolicy = Trust() };
        path.ChainPolicy.ExtraStore.AddRange(chain);
        return path.Build(certificate) ? null : string.Join("; ", path.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')).Distinct());
    }
}
