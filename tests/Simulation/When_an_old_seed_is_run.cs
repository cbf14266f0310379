using Shop.Simulation.Machine;

namespace Shop.Simulation;

/// <summary>
/// The first seeds that found what was wrong once. A seed means something else when the shop's calls change, so each rule has a spec of its own, too;
/// docs/adr/0009 says which.
/// </summary>
public sealed class When_an_old_seed_is_run
{
    [Theory]
    [InlineData(16, "a round is sent while the write that began its step is under way")]
    [InlineData(234, "a clock that lags lets a forgotten reservation be held again")]
    [InlineData(1179, "a superseded start asks for stock with a limit of its own")]
    public void It_stays_mended(ulong seed, string what)
    {
        var outcome = Run.Of(new Choices(seed));

        Assert.True(outcome.Broken is null, $"Perhaps again: {what}. {outcome.Broken}");
        Assert.InRange(outcome.Orders, 40, 50);
    }
}
