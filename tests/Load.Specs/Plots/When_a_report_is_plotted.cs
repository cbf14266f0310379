using Shop.Benches.Load.Plots;
using SkiaSharp;

namespace Load.Specs.Plots;

public sealed class When_a_report_is_plotted
{
    [Theory]
    [InlineData("w1")]
    [InlineData("w5")]
    [InlineData("w6")]
    [InlineData("w7")]
    [InlineData("ab")]
    [InlineData("peers")]
    public void Should_be_a_picture_with_something_in_it(string report)
    {
        var png = Drawing.Png(SampleReports.PanelsOf(report));

        using var picture = SKBitmap.Decode(png);
        Assert.NotNull(picture);
        Assert.InRange(picture.Width, 400, 2500);
        Assert.InRange(picture.Height, 200, 1500);
        Assert.InRange(png.Length, 1, 150_000);
        Assert.True(picture.Pixels.Count(pixel => pixel != SKColors.White) > picture.Pixels.Length / 50);
    }

    [Fact]
    public void Should_show_each_process_in_its_colour()
    {
        using var picture = SKBitmap.Decode(Drawing.Png(SampleReports.PanelsOf("ab")));

        var drawn = picture.Pixels.ToHashSet();

        Assert.All(["api", "silo-1", "postgres", "rabbitmq"], process => Assert.Contains(SKColor.Parse(Colours.Of(process, 0)), drawn));
    }

    // Where Skia finds no font it draws no letters: the names of the rows are all that is in the first columns.
    [Fact]
    public void Should_name_its_rows()
    {
        using var picture = SKBitmap.Decode(Drawing.Png(SampleReports.PanelsOf("peers")));

        var dark = picture.Pixels.Where((pixel, n) => n % picture.Width < 100 && pixel.Red < 100).Count();

        Assert.True(dark > 500, $"{dark} dark pixels in the first columns");
    }

    [Fact]
    public void Should_show_an_order_of_which_nothing_is_known_as_nothing()
    {
        var nothing = new BarPanel("CPU-ms per order", [new Bar("", "an order", 0)]);

        Assert.NotEmpty(Drawing.Png([nothing, new CoursePanel("orders confirmed in each second", [])]));
    }

    [Fact]
    public void Should_leave_the_driver_out_of_what_an_order_costs()
    {
        var cost = Assert.IsType<BarPanel>(ReportPanels.Of(SampleReports.W1)[0]);

        Assert.Equal(SampleReports.W1.ShopCpuMs, Assert.Single(cost.Bars).Total, 2);
    }

    [Fact]
    public void Should_show_the_whole_of_a_run_whose_processes_are_unknown()
    {
        var old = SampleReports.Run("3c25ff3", 435, 1) with { CpuMsByProcess = null };
        var comparison = SampleReports.Ab with { Runs = [old] };

        Assert.Equal([2.33], Assert.IsType<BarPanel>(ReportPanels.Of(comparison)[1]).Bars.Select(bar => bar.Total));
    }

    [Fact]
    public void Should_draw_latencies_on_one_scale() => Assert.Single(ReportPanels.Of(SampleReports.W5).Cast<BarPanel>()
        .Select(panel => Math.Max(panel.Reach, panel.Bars.Max(bar => bar.Total))).Distinct());

    [Fact]
    public void Should_show_the_largest_tables_and_the_rest_together()
    {
        var tables = Assert.IsType<BarPanel>(ReportPanels.Of(SampleReports.W6)[2]);

        Assert.All(tables.Bars, bar => Assert.Equal(6, bar.Parts.Count));
        Assert.Equal(
            SampleReports.W6.Points.Select(point => point.TableMiB.Values.Sum()), tables.Bars.Select(bar => bar.Total),
            (whole, shown) => Math.Abs(whole - shown) < 0.001);
    }
}
