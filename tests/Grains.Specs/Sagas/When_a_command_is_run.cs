using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shop.Sagas;
using Shop.Stock;

namespace Shop.Specs.Sagas;

public sealed class When_a_command_is_run
{
    private readonly List<ReserveStock> reserves = [];
    private readonly IGrainFactory grains = DispatchProxy.Create<IGrainFactory, GrainsProxy>();
    private ReserveStockResult answer = new ReserveStockResult.Held();

    public When_a_command_is_run()
    {
        var stock = DispatchProxy.Create<IStockGrain, StockProxy>();
        ((StockProxy)stock).Reserved = command =>
        {
            reserves.Add(command);
            return Task.FromResult(answer);
        };
        ((GrainsProxy)grains).Stock = stock;
    }

    /// <summary>Memory may be ahead by a limit that is never stored, and that no release would know.</summary>
    [Fact]
    public async Task Should_reserve_under_the_limit_it_was_decided_with_whatever_memory_has_become()
    {
        var decided = Given.Reserving().State;
        var memory = decided with { ReserveNotAfter = decided.ReserveNotAfter.AddHours(1) };

        Assert.Equal(new SagaInput.LineHeld(1), await Run(new SagaCommand.Reserve(1, decided.ReserveNotAfter), memory));

        Assert.Equal(decided.ReserveNotAfter, Assert.Single(reserves).NotAfter);
    }

    [Fact]
    public async Task Should_tell_the_saga_which_limit_was_too_early_and_until_when()
    {
        var state = Given.Reserving().State;
        var until = state.ReserveNotAfter.AddHours(1);
        answer = new ReserveStockResult.TooLate(until);

        Assert.Equal(new SagaInput.LineTooLate(2, state.ReserveNotAfter, until), await Run(new SagaCommand.Reserve(2, state.ReserveNotAfter), state));
    }

    private Task<SagaInput?> Run(SagaCommand command, SagaState state) =>
        new SagaCommandRunner(grains, Options.Create(new SagaOptions()), NullLogger<SagaCommandRunner>.Instance)
            .Run(command, state, _ => throw new InvalidOperationException("It was answered at once."));

    /// <summary>Public and open, because the proxy is derived from it at run time.</summary>
    public class GrainsProxy : DispatchProxy
    {
        public IStockGrain? Stock { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IGrainFactory.GetGrain)
            ? Stock
            : throw new NotSupportedException(targetMethod.Name);
    }

    /// <inheritdoc cref="GrainsProxy"/>
    public class StockProxy : DispatchProxy
    {
        public Func<ReserveStock, Task<ReserveStockResult>>? Reserved { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IStockGrain.Reserve)
            ? Reserved!((ReserveStock)args![0]!)
            : throw new NotSupportedException(targetMethod.Name);
    }
}
