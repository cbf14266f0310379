using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shop.Hosting.Network;
using Shop.Hosting.Settings;

namespace Shop.WebApi.Specs.Network;

public sealed class When_certificates_are_read : IDisposable
{
    private readonly Authority ours = new("our authority");
    private readonly Authority theirs = new("their authority");
    private readonly CertificateFolder files;

    public When_certificates_are_read() => files = CertificateFolder.Of(ours, "silo");

    public void Dispose()
    {
        files.Dispose();
        theirs.Dispose();
        ours.Dispose();
    }

    [Fact]
    public void Should_take_what_an_authority_has_signed() => Assert.Equal(new TlsFiles(files.Certificate, files.Key, files.Authority), Read().Tls);

    [Fact]
    public void Should_take_certificate_and_key_from_one_file()
    {
        var (certificate, key) = ours.Issue("silo", uses: [Authority.Server, Authority.Client]);
        File.WriteAllText(files.Certificate, key + "\n" + certificate);

        Assert.NotNull(Read(key: files.Certificate).Tls);
    }

    [Fact]
    public void Should_take_one_that_vouches_for_itself_where_that_one_is_trusted()
    {
        File.WriteAllText(files.Authority, theirs.Pem + "\n" + ours.Pem);

        Assert.NotNull(Read().Tls);
    }

    [Fact]
    public void Should_say_in_one_line_what_is_wrong_with_them()
    {
        Assert.Equal("Of the settings Shop:Tls:CertificateFile, Shop:Tls:KeyFile and Shop:Tls:AuthorityFile some are set and some are not: TLS needs all three.", Fault(authority: ""));
        Assert.StartsWith("The setting Shop:Tls:KeyFile is '/nowhere/tls.key', but the file cannot be read: ", Fault(key: "/nowhere/tls.key"), StringComparison.Ordinal);
        Assert.StartsWith($"The setting Shop:Tls:KeyFile is '{files.Certificate}', but there is no private key in it", Fault(key: files.Certificate), StringComparison.Ordinal);
        Assert.StartsWith($"The setting Shop:Tls:CertificateFile is '{files.Key}', but there is no certificate in it", Fault(certificate: files.Key), StringComparison.Ordinal);

        File.WriteAllText(files.Key, theirs.Issue("other").Key);
        Assert.StartsWith($"The setting Shop:Tls:KeyFile is '{files.Key}', but it is not the key of the certificate", Fault(), StringComparison.Ordinal);

        File.WriteAllText(files.Key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----");
        Assert.Contains("the key in it is encrypted", Fault(), StringComparison.Ordinal);

        files.Write(theirs.Issue("silo"), ours.Pem);
        Assert.StartsWith($"The setting Shop:Tls:CertificateFile is '{files.Certificate}', but none of the authorities of Shop:Tls:AuthorityFile vouches", Fault(), StringComparison.Ordinal);

        files.Write(ours.Issue("silo", fromDays: -2, untilDays: -1), ours.Pem);
        Assert.Contains("the certificate expired on 2", Fault(), StringComparison.Ordinal);

        files.Write(ours.Issue("silo", fromDays: 1), ours.Pem);
        Assert.Contains("the certificate is not valid before 2", Fault(), StringComparison.Ordinal);

        files.Write(ours.Issue("silo", uses: [Authority.Server]), ours.Pem);
        Assert.Contains("does not allow both serverAuth and clientAuth", Fault(), StringComparison.Ordinal);

        files.Write(ours.Issue("silo"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
        Assert.StartsWith($"The setting Shop:Tls:AuthorityFile is '{files.Authority}', but a certificate in it cannot be read", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_follow_the_files_and_keep_what_works_while_they_are_of_no_use()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var certificates = new TlsCertificates(new TlsFiles(files.Certificate, files.Key, files.Authority), time, NullLogger<TlsCertificates>.Instance);
        var first = certificates.Current;

        // One after the other, as a person replaces them.
        var (certificate, key) = ours.Issue("silo");
        File.WriteAllText(files.Certificate, certificate);
        time.Advance(TlsCertificates.LookEvery);
        Assert.Same(first, certificates.Current);
        File.WriteAllText(files.Key, key);
        Assert.Same(first, certificates.Current);

        time.Advance(TlsCertificates.LookEvery);
        var second = certificates.Current;
        Assert.NotSame(first, second);
        Assert.Equal(certificate.Trim(), second.Shown.TargetCertificate.ExportCertificatePem());

        File.Delete(files.Authority);
        time.Advance(TlsCertificates.LookEvery);
        Assert.Same(second, certificates.Current);
    }

    [Fact]
    public void Should_follow_a_link_above_the_files()
    {
        using var volume = new DisposableFolder();
        using var next = CertificateFolder.Of(ours, "silo");
        var data = Path.Combine(volume.Path, "..data");
        Directory.CreateSymbolicLink(data, Path.GetDirectoryName(files.Certificate)!);
        string Through(string file) => Path.Combine(data, Path.GetFileName(file));
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var certificates = new TlsCertificates(new TlsFiles(Through(files.Certificate), Through(files.Key), Through(files.Authority)), time, NullLogger<TlsCertificates>.Instance);
        var first = certificates.Current;

        // As Kubernetes does it: a new folder, and one link that is replaced.
        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, Path.GetDirectoryName(next.Certificate)!);
        time.Advance(TlsCertificates.LookEvery);

        Assert.NotSame(first, certificates.Current);
    }

    private string Fault(string? certificate = null, string? key = null, string? authority = null)
    {
        var fault = Assert.Single(Assert.Throws<ShopSettingsException>(() => Read(certificate, key, authority)).Faults);
        Assert.DoesNotContain('\n', fault);
        Assert.DoesNotContain("AAAA", fault, StringComparison.Ordinal);
        return fault;
    }

    private ShopSettings Read(string? certificate = null, string? key = null, string? authority = null) => ShopSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Shop:Mode", "Cluster"), new("ConnectionStrings:Postgres", "Host=127.0.0.1"), new("ConnectionStrings:RabbitMq", "amqp://127.0.0.1"),
            new("Shop:Tls:CertificateFile", certificate ?? files.Certificate), new("Shop:Tls:KeyFile", key ?? files.Key), new("Shop:Tls:AuthorityFile", authority ?? files.Authority),
        ]).Build());

    private sealed class DisposableFolder : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("shop-volume-");

        public string Path => folder.FullName;

        public void Dispose() => folder.Delete(recursive: true);
    }
}
