using Load.Specs.Plots;
using Shop.Benches.Load.Comparing;
using Shop.Benches.Load.Workloads;

namespace Load.Specs.Comparing;

public sealed class When_runs_are_compared
{
    private const string Line = "3c25ff3\tconfirmed 717 orders/s, 2.33 CPU-ms/order, 0 violations";

    [Fact]
    public async Task Should_know_the_processes_that_the_report_tells_apart()
    {
        var folder = Directory.CreateTempSubdirectory("load-specs-");
        try
        {
            var files = await W1Report.Write(SampleReports.W1, folder.FullName, CancellationToken.None);

            var run = ComparedRun.Parse($"{Line}\t{Path.Combine(folder.FullName, files[0])}");

            Assert.Equal(SampleReports.W1.CpuMsByProcess, run.CpuMsByProcess);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Should_do_without_a_report() => Assert.Null(ComparedRun.Parse(Line).CpuMsByProcess);
}
