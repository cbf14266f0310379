using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Shop.Benches.Load.Machine;
using Shop.Hosting.Settings;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>By a process that would share it, as every silo would: the second one takes the place of the first.</summary>
public sealed class When_a_port_is_taken : IDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("shop-ports-");
    private readonly int[] ports = FreePorts.Take(3);

    public void Dispose() => data.Delete(recursive: true);

    [Theory]
    [InlineData(0, "ASPNETCORE_URLS")]
    [InlineData(1, "Orleans:SiloPort")]
    [InlineData(2, "Orleans:GatewayPort")]
    public async Task Should_say_so_in_one_line_and_not_start(int which, string setting)
    {
        using var other = Listen(ports[which]);

        var fault = await Assert.ThrowsAsync<ShopSettingsException>(Start);

        Assert.Equal([$"The port {ports[which]} of the setting {setting} is taken: end the process that listens there, or set another port."], fault.Faults);
        // Nothing was begun.
        Assert.Empty(data.EnumerateFiles());
    }

    [Fact]
    public async Task Should_name_all_that_are()
    {
        using var silo = Listen(ports[1]);
        using var http = Listen(ports[0]);

        Assert.Equal(2, (await Assert.ThrowsAsync<ShopSettingsException>(Start)).Faults.Count);
    }

    [Fact]
    public async Task Should_find_one_port_in_two_settings()
    {
        ports[0] = ports[1];

        Assert.Equal(
            [$"The port {ports[1]} of the setting ASPNETCORE_URLS is also that of Orleans:SiloPort: each needs a port of its own."],
            (await Assert.ThrowsAsync<ShopSettingsException>(Start)).Faults);
    }

    /// <summary>A process that was killed leaves connections behind for a minute: they are not in the way.</summary>
    [Fact]
    public async Task Should_start_where_connections_of_a_dead_process_still_wait()
    {
        using (var dead = Listen(ports[0]))
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, ports[0]);
            using var served = await dead.AcceptAsync();
            // Closed first on the server's side, so that it is the server's port that has to wait.
            served.Shutdown(SocketShutdown.Both);
            served.Close();
            client.Client.Shutdown(SocketShutdown.Both);
        }

        await Start();
    }

    private async Task Start()
    {
        await using var shop = Program.Build(
        [
            "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[0]}"), "--Orleans:SiloPort", $"{ports[1]}", "--Orleans:GatewayPort", $"{ports[2]}",
            "--Shop:DataDirectory", data.FullName, "--Shop:SeedDemo", "false", "--Logging:LogLevel:Default", "Warning",
        ]);
        await shop.StartAsync();
        await shop.StopAsync();
    }

    private static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // As Orleans does.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }
}
