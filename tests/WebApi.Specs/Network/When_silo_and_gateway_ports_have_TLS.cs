using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime.Messaging;
using Shop.Benches.Load.Machine;
using Shop.Hosting.Network;

namespace Shop.WebApi.Specs.Network;

public sealed class When_silo_and_gateway_ports_have_TLS : IAsyncLifetime
{
    /// <summary>A handshake has five seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Authority ours = new("our authority");
    private readonly Authority theirs = new("their authority");
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly CertificateFolder files;
    private TlsSilo silo = null!;

    public When_silo_and_gateway_ports_have_TLS() => files = CertificateFolder.Of(ours, "silo");

    private int[] Ports => [silo.SiloPort, silo.GatewayPort];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => silo = await TlsSilo.Start(files, FreePorts.Take(2), time: time);

    public async ValueTask DisposeAsync()
    {
        await silo.DisposeAsync();
        files.Dispose();
        theirs.Dispose();
        ours.Dispose();
    }

    [Fact]
    public async Task Should_answer_a_client_with_a_certificate_of_the_authority()
    {
        using var known = CertificateFolder.Of(ours, "api");

        Assert.Single(await Ask(known));
    }

    [Fact]
    public async Task Should_give_nothing_to_any_other_client()
    {
        using var stranger = CertificateFolder.Of(theirs, "api");
        // It trusts us, and shows what we do not trust.
        File.WriteAllText(stranger.Authority, ours.Pem + "\n" + theirs.Pem);
        var (certificate, key) = theirs.Issue("silo");
        using var shown = X509Certificate2.CreateFromPem(certificate, key);

        await Assert.ThrowsAsync<ConnectionFailedException>(() => Ask(null));
        await Assert.ThrowsAsync<ConnectionFailedException>(() => Ask(stranger));
        foreach (var port in Ports)
            Assert.False(await Admits(port, shown));
    }

    [Theory]
    [InlineData(-2, -1, new string[0])]
    [InlineData(1, 2, new string[0])]
    [InlineData(-1, 1, new[] { Authority.Server })]
    public async Task Should_give_nothing_for_a_certificate_that_is_not_good_now_or_not_for_this(int from, int until, string[] uses)
    {
        var (certificate, key) = ours.Issue("api", from, until, uses);
        using var shown = X509Certificate2.CreateFromPem(certificate, key);

        foreach (var port in Ports)
            Assert.False(await Admits(port, shown));
        var (goodCertificate, goodKey) = ours.Issue("api");
        using var good = X509Certificate2.CreateFromPem(goodCertificate, goodKey);
        foreach (var port in Ports)
            Assert.True(await Admits(port, good));
    }

    [Fact]
    public async Task Should_give_nothing_without_a_certificate_at_either_port()
    {
        foreach (var port in Ports)
            Assert.False(await Admits(port, shown: null));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    // As an Orleans client without TLS begins: the length of what follows.
    [InlineData("\u0020\0\0\0                                ")]
    // The first bytes of a handshake, and no more.
    [InlineData("\u0016\u0003\u0001\u0001\0")]
    [InlineData("")]
    public async Task Should_end_what_is_no_handshake_within_its_limit_and_go_on(string sent)
    {
        // An alert of TLS at the most, and then the end.
        Assert.All(await Task.WhenAll(Ports.Select(port => Received(port, sent))), received => Assert.InRange(received, 0, 16));

        using var known = CertificateFolder.Of(ours, "api");
        Assert.Single(await Ask(known));
    }

    [Fact]
    public async Task Should_let_silos_with_certificates_of_the_authority_form_a_cluster()
    {
        using var otherFiles = CertificateFolder.Of(ours, "another silo");
        await using (await TlsSilo.Start(otherFiles, FreePorts.Take(2), silo))
            Assert.Equal(2, (await silo.Management.GetHosts(onlyActive: true)).Count);

        Assert.Single(await silo.Management.GetHosts(onlyActive: true));
    }

    [Fact]
    public async Task Should_follow_its_certificates_while_it_runs()
    {
        using var old = CertificateFolder.Of(ours, "api");
        using var renewed = CertificateFolder.Of(theirs, "api");
        File.WriteAllText(renewed.Authority, ours.Pem + "\n" + theirs.Pem);

        // First both authorities are trusted, then the certificate is one of the new, then the old is not trusted any more.
        File.WriteAllText(files.Authority, ours.Pem + "\n" + theirs.Pem);
        time.Advance(TlsCertificates.LookEvery);
        Assert.Single(await Ask(old));
        Assert.Single(await Ask(renewed));

        files.Write(theirs.Issue("silo"), theirs.Pem);
        time.Advance(TlsCertificates.LookEvery);
        Assert.Single(await Ask(renewed));
        await Assert.ThrowsAsync<ConnectionFailedException>(() => Ask(old));
    }

    private async Task<Dictionary<SiloAddress, SiloStatus>> Ask(CertificateFolder? certificates)
    {
        using var client = await silo.Connect(certificates);
        try
        {
            return await client.Services.GetRequiredService<IClusterClient>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        }
        finally
        {
            await client.StopAsync(Cancel);
        }
    }

    /// <summary>Whether the port takes TLS with this certificate: it then waits for what an Orleans client says, and does not end the connection.</summary>
    private static async Task<bool> Admits(int port, X509Certificate2? shown)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancel);
        return await OrleansHandshake.Succeeds(client.GetStream(), shown, Cancel);
    }

    private static async Task<int> Received(int port, string sent)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(sent), Cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Patience);
        var buffer = new byte[1024];
        var total = 0;
        try
        {
            while (await stream.ReadAsync(buffer, limit.Token) is > 0 and var count)
                total += count;
        }
        catch (IOException)
        {
            // Reset: ended as well.
        }

        return total;
    }
}
