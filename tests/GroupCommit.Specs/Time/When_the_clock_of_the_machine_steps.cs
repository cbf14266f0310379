using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Time;

public sealed class When_the_clock_of_the_machine_steps
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private DateTimeOffset _machine = Start;
    private TimeSpan _elapsed = TimeSpan.FromDays(3);

    /// <summary>Both ways, from less than a second to ten years.</summary>
    public static TheoryData<double> Steps => [.. new double[] { 0.5, 1, 300, 3_600, 86_400, 315_576_000 }.SelectMany(seconds => (double[])[seconds, -seconds])];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Should_go_on_evenly(double seconds)
    {
        var clock = new SteadyClock(() => _machine, () => _elapsed);
        Pass(TimeSpan.FromMinutes(1));
        _machine += TimeSpan.FromSeconds(seconds);
        Assert.Equal(Start + TimeSpan.FromMinutes(1), clock.GetUtcNow());
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(Start + TimeSpan.FromMinutes(2), clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(seconds), clock.Deviation);
    }

    [Fact]
    public void Should_only_move_forward_once_it_is_asked()
    {
        var clock = new SteadyClock(() => _machine, () => _elapsed);
        Assert.Equal(TimeSpan.Zero, clock.MoveForward(Start - TimeSpan.FromDays(1)));
        Assert.Equal(Start, clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromDays(1), clock.MoveForward(Start + TimeSpan.FromDays(1)));
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Start + TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1), clock.GetUtcNow());
    }

    [Fact]
    public void Should_show_the_time_of_the_machine_that_was_never_stepped()
    {
        var clock = new SteadyClock();
        Assert.True(clock.Deviation.Duration() < TimeSpan.FromSeconds(5), $"It is off by {clock.Deviation}.");
    }

    [Fact]
    public void Should_count_the_time_that_the_machine_has_run_with_suspend()
    {
        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(uptime, Uptime.Read().TotalSeconds, tolerance: 5);
    }

    private void Pass(TimeSpan time)
    {
        _machine += time;
        _elapsed += time;
    }
}
