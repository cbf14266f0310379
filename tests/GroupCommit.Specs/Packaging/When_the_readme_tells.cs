using Orleans.Persistence.GroupCommit;
using Testing.Packaging;

namespace GroupCommit.Specs.Packaging;

/// <summary>What the README says in tables is what the code has.</summary>
public sealed class When_the_readme_tells
{
    private static readonly Library Library = GroupCommitPackage.GroupCommit;

    [Theory]
    [InlineData(typeof(GroupCommitOptions))]
    [InlineData(typeof(DurableProjectionOptions))]
    [InlineData(typeof(OutboxStreamOptions))]
    [InlineData(typeof(OutboxRelayOptions))]
    [InlineData(typeof(GroupCommitGrainStorageOptions))]
    public void Should_name_every_option_with_its_default(Type options) =>
        Assert.Equal(ReadmeTables.OptionsOf(options), ReadmeTables.Options(Library, options));

    [Fact]
    public void Should_name_every_instrument() => Assert.Equal(ReadmeTables.InstrumentsOf(Library), ReadmeTables.Instruments(Library, "groupcommit."));

    [Fact]
    public void Should_show_three_examples() => Assert.Equal(3, Library.Examples.Count);
}
