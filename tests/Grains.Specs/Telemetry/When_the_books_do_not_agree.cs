using Shop.Operations;
using Shop.Telemetry;

namespace Grains.Specs.Telemetry;

[Collection(typeof(ViolationsShown))]
public class When_the_books_do_not_agree
{
    [Fact]
    public void Should_show_how_many_break_which_invariant_at_the_last_check()
    {
        ShopMeter.Checked(Report(("I1", 3), ("I2", 0)));
        Assert.Equal([("I1", 3L), ("I2", 0L)], ViolationsShown.Read());

        ShopMeter.Checked(Report(("I1", 0), ("I2", 7)));
        Assert.Equal([("I1", 0L), ("I2", 7L)], ViolationsShown.Read());
    }

    private static InvariantReport Report(params (string Id, long Wrong)[] checks) =>
        new([.. checks.Select(check => new InvariantCheck(check.Id, "title", 10, check.Wrong, []))]);
}
