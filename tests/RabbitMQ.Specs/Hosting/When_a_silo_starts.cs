using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Testing.Servers;

namespace RabbitMq.Specs.Hosting;

public sealed class When_a_silo_starts : BrokerSpec
{
    [Fact]
    public async Task Should_fail_with_the_refusal_when_the_password_stays_wrong()
    {
        var wrong = new UriBuilder(Url) { Password = "wrong" }.Uri.AbsoluteUri;
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => Silos.Start(wrong, options => options.StartTimeout = TimeSpan.FromSeconds(1)));
        var said = ConfigurationFault(fault);
        Assert.Contains("refuses the connection", said, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong@", said, StringComparison.Ordinal);
    }

    /// <summary>An operator makes the user, then his rights, while the silo starts already.</summary>
    [Fact]
    public async Task Should_wait_for_its_user_and_his_rights()
    {
        var user = $"late-{Guid.NewGuid():N}";
        var log = new LogLines();
        try
        {
            var starting = Silos.Start(new UriBuilder(Url) { UserName = user, Password = "secret" }.Uri.AbsoluteUri, and: log.Hear);
            await Eventually.Is(() => log.All.Any(line => line.Contains("up to 00:01:00, before anything starts: ", StringComparison.Ordinal) && line.Contains("refuses the connection", StringComparison.Ordinal)));
            await Host.Management.PutUser(user, "secret");
            Assert.False(starting.IsCompleted);
            await Host.Management.SetPermissions(user, ".*", ".*", ".*");

            await using var silos = await starting;
            await silos.Publish("a", "1");
            await Eventually.Is(() => silos.Audience.Heard.Count == 1);
            Assert.Single(log.All, line => line.Contains("before anything starts", StringComparison.Ordinal));
        }
        finally
        {
            await Host.Management.DeleteUser(user);
        }
    }

    /// <summary>As after an operator forgot a pattern: the user is let in, and may declare nothing.</summary>
    [Fact]
    public async Task Should_wait_for_the_right_to_declare()
    {
        var user = $"late-{Guid.NewGuid():N}";
        var log = new LogLines();
        await Host.Management.PutUser(user, "secret");
        await Host.Management.SetPermissions(user, "^$", ".*", ".*");
        try
        {
            var starting = Silos.Start(new UriBuilder(Url) { UserName = user, Password = "secret" }.Uri.AbsoluteUri, and: log.Hear);
            await Eventually.Is(() => log.All.Any(line => line.Contains("RabbitMQ refuses the exchange", StringComparison.Ordinal)));
            Assert.False(starting.IsCompleted);
            await Host.Management.SetPermissions(user, ".*", ".*", ".*");

            await using var silos = await starting;
        }
        finally
        {
            await Host.Management.DeleteUser(user);
        }
    }

    [Fact]
    public async Task Should_fail_at_once_when_a_queue_is_different()
    {
        await using (await Silos.Start(Url, options => options.Name = "same"))
        {
            var fault = await Assert.ThrowsAnyAsync<Exception>(() => Silos.Start(Url, options => (options.Name, options.MaxLength) = ("same", 5)));
            Assert.Contains("x-max-length", ConfigurationFault(fault), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Should_fail_with_the_address_when_no_broker_answers_in_time()
    {
        Proxy.Refuses = true;
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => Silos.Start(UrlBehindProxy, options => options.StartTimeout = TimeSpan.FromSeconds(1)));
        Assert.Contains($"127.0.0.1:{Proxy.Port}", ConfigurationFault(fault), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_wait_for_the_broker()
    {
        Proxy.Refuses = true;
        var starting = Silos.Start(UrlBehindProxy);
        await Eventually.Is(() => Proxy.Refused >= 2);
        Assert.False(starting.IsCompleted);
        Proxy.Refuses = false;

        await using var silos = await starting;
        await silos.Publish("a", "1");
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
    }

    [Fact]
    public async Task Should_start_without_a_broker_when_told_so_and_recover_by_itself()
    {
        Proxy.Refuses = true;
        await using var silos = await Silos.Start(UrlBehindProxy, options => options.StartTimeout = TimeSpan.Zero);
        var health = silos.Services.GetRequiredKeyedService<Orleans.Streams.RabbitMQ.IRabbitMqStreamHealth>(Silos.Provider);
        Assert.Equal("the broker cannot be reached", await health.FindFault());
        var waiting = silos.Publish("a", "1");
        await Eventually.Is(() => silos.Parts.Publisher.Waiting == 1);
        Proxy.Refuses = false;

        await waiting;
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        Assert.Null(await health.FindFault());
    }

    [Fact]
    public async Task Should_use_the_node_that_answers()
    {
        Proxy.Refuses = true;
        await using var silos = await Silos.Start($"{UrlBehindProxy},{Url}");
        await silos.Publish("a", "1");
        await Eventually.Is(() => silos.Audience.Heard.Count == 1);
    }

    [Fact]
    public async Task Should_speak_TLS_with_a_server_that_it_trusts_and_with_no_other()
    {
        Assert.SkipWhen(Host.TlsUrl is null, "The broker is not ours: its certificates are not known.");
        var ca = X509CertificateLoader.LoadCertificateFromFile(RabbitServer.Shared.CaPath!);
        var url = Host.TlsUrl!;
        await using (var silos = await Silos.Start(url, options => options.ConfigureConnection = factory => factory.Ssl.CertificateValidationCallback = (_, certificate, chain, _) =>
        {
            chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(ca);
            return chain.Build((X509Certificate2)certificate!);
        }))
        {
            await silos.Publish("a", "1");
            await Eventually.Is(() => silos.Audience.Heard.Count == 1);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => Silos.Start(url, options => options.StartTimeout = TimeSpan.FromSeconds(1)));
    }

    private static string ConfigurationFault(Exception? fault)
    {
        for (; fault is not null; fault = fault is AggregateException { InnerExceptions: [var first, ..] } ? first : fault.InnerException)
        {
            if (fault is OrleansConfigurationException)
                return fault.Message;
        }

        Assert.Fail("The start failed, but not with a configuration fault.");
        return "";
    }
}
