using System.Net;
using Shop.Hosting.Silos;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_a_silo_listens
{
    [Theory]
    [InlineData("10.1.2.3", "0.0.0.0")]
    [InlineData("fd00::1", "::")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    public void Should_be_heard_under_the_address_that_it_tells_the_others(string advertised, string listening) =>
        Assert.Equal(IPAddress.Parse(listening), ShopSilo.ListeningFor(IPAddress.Parse(advertised)));
}
