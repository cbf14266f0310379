using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Shop.Hosting.Silos;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_the_demo_cannot_be_seeded
{
    private readonly DemoCatalogue demo = new(DispatchProxy.Create<IGrainFactory, NobodyThere>(), NullLogger<DemoCatalogue>.Instance);

    [Fact]
    public async Task Should_let_the_silo_start() => await demo.StartAsync(CancellationToken.None);

    [Fact]
    public async Task Should_not_hold_up_a_start_that_is_broken_off() =>
        await Assert.ThrowsAsync<SiloUnavailableException>(() => demo.StartAsync(new CancellationToken(canceled: true)));

    /// <summary>Every grain is on a silo that has died.</summary>
    public class NobodyThere : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new SiloUnavailableException("It has gone.");
    }
}
