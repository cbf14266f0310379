using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Shop.Hosting.Network;

/// <summary>Where a process has its certificate, the key to it, and the authorities it trusts: PEM files, of which the first two may be one.</summary>
public sealed record TlsFiles(string Certificate, string Key, string Authority)
{
    private const string CertificateKey = "Shop:Tls:CertificateFile";
    private const string PrivateKeyKey = "Shop:Tls:KeyFile";
    private const string AuthorityKey = "Shop:Tls:AuthorityFile";

    // What a certificate may be used for, where it says so at all (RFC 5280, 4.2.1.12).
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <param name="now">By the clock of this machine.</param>
    /// <exception cref="TlsException">They are not there, or of no use: to be told in a line.</exception>
    internal TlsMaterial Load(DateTimeOffset now) => Load(Read(), now);

    internal TlsMaterial Load(TlsTexts texts, DateTimeOffset now)
    {
        var authorities = CertificatesIn(texts.Authority, AuthorityKey, Authority);
        var chain = CertificatesIn(texts.Certificate, CertificateKey, Certificate);
        var certificate = WithKey(texts);
        if (now > certificate.NotAfter)
            throw Faulty(CertificateKey, Certificate, $"the certificate expired on {certificate.NotAfter.ToUniversalTime():u}");
        if (now < certificate.NotBefore)
            throw Faulty(CertificateKey, Certificate, $"the certificate is not valid before {certificate.NotBefore.ToUniversalTime():u}");
        if (Forbids(certificate, ServerAuthentication) || Forbids(certificate, ClientAuthentication))
            throw Faulty(CertificateKey, Certificate, "the certificate's extended key usage does not allow both serverAuth and clientAuth, as which silos meet each other");
        var material = new TlsMaterial(texts, certificate, chain, authorities);
        if (material.FindFault() is { } fault)
            throw Faulty(CertificateKey, Certificate, $"none of the authorities of {AuthorityKey} vouches for the certificate: {fault}");
        return material;
    }

    /// <exception cref="TlsException">One of them cannot be read.</exception>
    internal TlsTexts Read() => new(Read(CertificateKey, Certificate), Read(PrivateKeyKey, Key), Read(AuthorityKey, Authority));

    private static string Read(string setting, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Faulty(setting, path, $"the file cannot be read: {fault.Message.TrimEnd('.')}");
        }
    }

    private static X509Certificate2Collection CertificatesIn(string text, string setting, string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException fault)
        {
            throw Faulty(setting, path, $"a certificate in it cannot be read: {fault.Message.TrimEnd('.')}");
        }

        return certificates.Count > 0 ? certificates : throw Faulty(setting, path, "there is no certificate in it, in the form that begins with -----BEGIN CERTIFICATE-----");
    }

    private X509Certificate2 WithKey(TlsTexts texts)
    {
        if (texts.Key.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal))
            throw Faulty(PrivateKeyKey, Key, "the key in it is encrypted, and nobody is there to type the password: it must be a plain one, in a file that nobody else may read");
        if (!texts.Key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw Faulty(PrivateKeyKey, Key, "there is no private key in it, in the form that begins with -----BEGIN PRIVATE KEY-----");
        try
        {
            return X509Certificate2.CreateFromPem(texts.Certificate, texts.Key);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw Faulty(PrivateKeyKey, Key, $"it is not the key of the certificate in {CertificateKey}, or cannot be read: {fault.Message.Split('\n')[0].TrimEnd('.')}");
        }
    }

    private static bool Forbids(X509Certificate2 certificate, string use) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(usage => usage.EnhancedKeyUsages[use] is null);

    private static TlsException Faulty(string setting, string path, string why) => new($"The setting {setting} is '{path}', but {why}.");
}

/// <summary>What the files hold. The key is among it: nobody logs this.</summary>
internal readonly record struct TlsTexts(string Certificate, string Key, string Authority);

/// <summary>Certificates that are of no use, in a sentence.</summary>
internal sealed class TlsException(string message) : Exception(message);
