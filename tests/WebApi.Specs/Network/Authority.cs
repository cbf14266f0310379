using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Shop.WebApi.Specs.Network;

/// <summary>Makes certificates as an authority of a company does, in files of a folder of its own.</summary>
internal sealed class Authority : IDisposable
{
    public const string Server = "1.3.6.1.5.5.7.3.1";
    public const string Client = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 root;

    public Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(5));
    }

    public string Pem => root.ExportCertificatePem();

    /// <summary>A certificate and its key, valid until so many days from now.</summary>
    public (string Certificate, string Key) Issue(string subject, double fromDays = -1, double untilDays = 30, params string[] uses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (uses.Length > 0)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. uses.Select(use => new Oid(use))], false));
        var now = DateTimeOffset.UtcNow;
        using var signed = request.Create(root, now.AddDays(fromDays), now.AddDays(untilDays), RandomNumberGenerator.GetBytes(8));
        return (signed.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => root.Dispose();
}

/// <summary>The three files of one process.</summary>
internal sealed class CertificateFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("shop-tls-");

    public string Certificate => Path.Combine(folder.FullName, "tls.crt");

    public string Key => Path.Combine(folder.FullName, "tls.key");

    public string Authority => Path.Combine(folder.FullName, "ca.crt");

    public static CertificateFolder Of(Authority issuer, string subject, double fromDays = -1, double untilDays = 30, params string[] uses)
    {
        var files = new CertificateFolder();
        files.Write(issuer.Issue(subject, fromDays, untilDays, uses), issuer.Pem);
        return files;
    }

    public void Write((string Certificate, string Key) issued, string authorities)
    {
        File.WriteAllText(Certificate, issued.Certificate);
        File.WriteAllText(Key, issued.Key);
        File.WriteAllText(Authority, authorities);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
