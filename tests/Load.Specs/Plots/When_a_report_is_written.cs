using Shop.Benches.Load.Plots;
using Shop.Benches.Load.Workloads;

namespace Load.Specs.Plots;

public sealed class When_a_report_is_written : IDisposable
{
    private const string Name = "w1-cluster-20261130T203342";

    private readonly string folder = Directory.CreateTempSubdirectory("load-specs-").FullName;

    [Fact]
    public async Task Should_show_the_picture_above_the_table()
    {
        var files = await W1Report.Write(SampleReports.W1, folder, CancellationToken.None);

        Assert.Equal([$"{Name}.json", $"{Name}.md", $"{Name}.png"], files);
        Assert.All(files, file => Assert.True(new FileInfo(Path.Combine(folder, file)).Length > 0, file));
        var paragraphs = Report.Split("\n\n");
        Assert.Equal($"![CPU-ms per order; orders confirmed in each second]({Name}.png)", paragraphs[2]);
        Assert.StartsWith("| what | value |", paragraphs[3]);
    }

    [Fact]
    public async Task Should_keep_the_figures_when_nothing_can_be_drawn()
    {
        var files = await IllustratedResult.Write(
            "w1-cluster", SampleReports.Date, SampleReports.W1, W1Report.Markdown(SampleReports.W1), [], folder, CancellationToken.None,
            _ => throw new DllNotFoundException("libSkiaSharp"));

        Assert.Equal([$"{Name}.json", $"{Name}.md"], files);
        Assert.Equal(W1Report.Markdown(SampleReports.W1), Report);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Report => File.ReadAllText(Path.Combine(folder, $"{Name}.md"));
}
