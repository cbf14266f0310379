using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Facets;

public sealed class When_a_facet_is_asked_for_wrongly
{
    [Theory]
    [InlineData("mapOnDemand")]
    [InlineData("mapWithoutName")]
    [InlineData("stateWithName")]
    [InlineData("neither")]
    public void Should_name_the_parameter_and_the_class(string parameter)
    {
        var asked = typeof(When_a_facet_is_asked_for_wrongly).GetMethod(nameof(Ask), BindingFlags.NonPublic | BindingFlags.Static)!
            .GetParameters().Single(p => p.Name == parameter);
        using var services = new ServiceCollection().BuildServiceProvider();

        var error = Assert.Throws<ArgumentException>(() => new DurableAttributeMapper(services).GetFactory(asked, asked.GetCustomAttribute<DurableAttribute>()!));

        Assert.StartsWith($"The parameter '{parameter}' of {typeof(When_a_facet_is_asked_for_wrongly)} is marked [Durable]", error.Message, StringComparison.Ordinal);
    }

    // As a grain's constructor would.
    private static void Ask(
        [Durable("map", LoadOnDemand = true)] IDurableMap<TicketState> mapOnDemand,
        [Durable] IDurableMap<TicketState> mapWithoutName,
        [Durable("state")] IDurable<TicketState> stateWithName,
        [Durable] TicketState neither) => _ = (mapOnDemand, mapWithoutName, stateWithName, neither);
}
