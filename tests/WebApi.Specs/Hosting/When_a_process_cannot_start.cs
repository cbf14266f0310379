using System.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime.Messaging;
using Shop.Hosting.Processes;
using Shop.Hosting.Silos;
using Shop.Sagas;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_a_process_cannot_start
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Should_say_in_one_line_that_a_port_of_the_silo_is_taken()
    {
        var fault = new AddressInUseException("Address already in use", new System.Net.Sockets.SocketException());

        Assert.Equal(["A port of the silo (Orleans:SiloPort, Orleans:GatewayPort) is taken: Address already in use"], StartupFaults.Explain(fault));
        Assert.Equal(["Failed to bind to address http://127.0.0.1:5000"], StartupFaults.Explain(new IOException("Failed to bind to address http://127.0.0.1:5000", fault)));
    }

    [Fact]
    public void Should_say_in_one_line_that_the_silos_it_knows_of_take_no_connection() => Assert.Equal(
        ["No silo of the cluster answers: Unable to connect to 127.0.0.1:30000"], StartupFaults.Explain(new ConnectionFailedException("Unable to connect to 127.0.0.1:30000")));

    [Fact]
    public void Should_say_in_one_line_which_value_cannot_be_read()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Shop:Sagas:CancelWindow", "abc")]).Build();
        var fault = Assert.ThrowsAny<Exception>(() => settings.GetSection("Shop:Sagas").Get<SagaOptions>());

        var line = Assert.Single(StartupFaults.Explain(fault));
        Assert.Contains("'abc' at 'Shop:Sagas:CancelWindow'", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_in_one_line_where_a_settings_file_is_wrong()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "{ \"Shop\": { \"Mode\" \"Cluster\" } }");
        var fault = Assert.ThrowsAny<Exception>(() => new ConfigurationBuilder().AddJsonFile(file).Build());

        var line = Assert.Single(StartupFaults.Explain(fault));
        Assert.Contains(file, line, StringComparison.Ordinal);
        Assert.Contains("LineNumber: 0", line, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void Should_say_in_one_line_that_the_command_line_cannot_be_read()
    {
        var fault = Assert.ThrowsAny<Exception>(() => new ConfigurationBuilder().AddCommandLine(["-x=1"]).Build());

        Assert.Contains("'-x=1'", Assert.Single(StartupFaults.Explain(fault)), StringComparison.Ordinal);
    }

    [Theory, InlineData("migrat"), InlineData("heath"), InlineData("Shop:Mode")]
    public async Task Should_start_nothing_for_a_word_that_is_no_command(string word) =>
        Assert.Equal(2, await ShopProcess.Run([word], "migrate", _ => throw new UnreachableException()));

    [Fact]
    public async Task Should_wait_for_a_silo_from_the_first_failure_on_whatever_took_its_time_before()
    {
        var limit = TimeSpan.FromMinutes(1);
        var retry = ShopClient.RetryFor(limit, time);
        time.Advance(2 * limit);

        var first = retry(new TimeoutException(), CancellationToken.None);
        time.Advance(limit);

        Assert.True(await first);
        Assert.False(await retry(new TimeoutException(), CancellationToken.None));
    }

    [Fact]
    public async Task Should_end_at_once_without_time_to_wait_for_a_silo() =>
        Assert.False(await ShopClient.RetryFor(TimeSpan.Zero, time)(new TimeoutException(), CancellationToken.None));
}
