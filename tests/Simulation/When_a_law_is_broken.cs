using System.Diagnostics;
using Shop.Orders;
using Shop.Simulation.Machine;

namespace Shop.Simulation;

public sealed class When_a_law_is_broken
{
    private const ulong Seed = 3;

    [Fact]
    public void The_run_is_made_small_enough_to_read()
    {
        var outcome = Run.Of(new Choices(Seed), traced: false, NobodyCancels);
        Assert.NotNull(outcome.Broken);

        var failure = new Failure(Seed, outcome, NobodyCancels);

        Assert.InRange(failure.Orders, 1, 2);
        Assert.InRange(failure.Trace.Count, 5, 150);
        Assert.Contains(failure.Trace, line => line.Contains("Cancel", StringComparison.Ordinal));
        Assert.StartsWith($"seed {Seed}: somebody cancelled", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_breaks_it_again_in_the_same_way()
    {
        var first = Run.Of(new Choices(Seed), traced: true, NobodyCancels);
        var again = Run.Of(new Choices(Seed), traced: true, NobodyCancels);

        Assert.NotEmpty(first.World.Trace.Lines);
        Assert.Equal(first.Broken, again.Broken);
        Assert.Equal(first.World.Trace.Lines, again.World.Trace.Lines);
    }

    [Fact]
    public void Its_recorded_choices_break_it_again_in_the_same_way()
    {
        var first = Run.Of(new Choices(Seed), traced: true);
        var again = Run.Of(new Choices(first.Script), traced: true);

        Assert.Equal(first.World.Trace.Lines, again.World.Trace.Lines);
    }

    [Fact]
    public void Another_process_sees_the_same_run()
    {
        var here = Run.Of(new Choices(Seed), traced: true).World.Trace.Lines;

        using var other = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { typeof(When_a_law_is_broken).Assembly.Location, "-noColor", "-method", "*Every_order_ends_and_no_law_is_broken" },
            Environment = { ["SHOP_SIMULATE_SEED"] = $"{Seed}" },
            RedirectStandardOutput = true,
        })!;
        var there = other.StandardOutput.ReadToEnd().Split('\n').Where(line => line.StartsWith("00:", StringComparison.Ordinal));

        Assert.NotEmpty(here);
        Assert.Equal(here.Select(line => line.Split('\n')[0]), there);
    }

    private static void NobodyCancels(World world)
    {
        foreach (var saga in world.Laws.Orders.Sagas.Where(s => s.Status == OrderStatus.Cancelled))
            world.Laws.Break($"somebody cancelled: {saga.Placement.OrderId.Key}");
    }
}
