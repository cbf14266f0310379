using Orleans.Streams.RabbitMQ;
using Testing.Packaging;

namespace RabbitMq.Specs.Packaging;

/// <summary>What the README says in tables is what the code has.</summary>
public sealed class When_the_readme_tells
{
    private static readonly Library Library = RabbitMqPackage.RabbitMq;

    [Fact]
    public void Should_name_every_option_with_its_default() => Assert.Equal(
        ReadmeTables.OptionsOf(typeof(RabbitMqStreamOptions), option => option == nameof(RabbitMqStreamOptions.WireFormat) ? nameof(OrleansWireFormat) : null),
        ReadmeTables.Options(Library, typeof(RabbitMqStreamOptions)));

    [Fact]
    public void Should_name_every_instrument() => Assert.Equal(ReadmeTables.InstrumentsOf(Library), ReadmeTables.Instruments(Library, "rabbitmq.streams."));

    [Fact]
    public void Should_show_four_examples() => Assert.Equal(4, Library.Examples.Count);
}
