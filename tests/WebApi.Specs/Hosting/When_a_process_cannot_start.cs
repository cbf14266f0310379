using Microsoft.AspNetCore.Connections;
using Shop.Silo.Hosting;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_a_process_cannot_start
{
    [Fact]
    public void Should_say_in_one_line_that_a_port_of_the_silo_is_taken()
    {
        var fault = new AddressInUseException("Address already in use", new System.Net.Sockets.SocketException());

        Assert.Equal(["A port of the silo (Orleans:SiloPort, Orleans:GatewayPort) is taken: Address already in use"], StartupFaults.Explain(fault));
        Assert.Equal(["Failed to bind to address http://127.0.0.1:5000"], StartupFaults.Explain(new IOException("Failed to bind to address http://127.0.0.1:5000", fault)));
    }
}
