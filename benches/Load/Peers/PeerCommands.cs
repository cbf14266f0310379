using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Machine;
using Shop.Benches.Load.Plots;
using Shop.Benches.Load.Workloads;

namespace Shop.Benches.Load.Peers;

/// <summary>The steps of <c>./bench peers</c>; <c>w1</c>, which takes <c>--books</c>, is one of them.</summary>
internal static class PeerCommands
{
    /// <summary><c>--books FILE</c> with <c>--postgres</c>: a peer, whose books are read there; otherwise the shop.</summary>
    public static async Task<ShopApi> Api(Arguments arguments, Uri url, string? key, CancellationToken cancel)
    {
        var (file, postgres) = (arguments.Text("books"), arguments.Text("postgres"));
        if (file is null)
            return new ShopApi(url, opsKey: key);
        return postgres is null
            ? throw new ArgumentException("--books needs --postgres, the database that they are in.")
            : new ShopApi(url, books: await PeerBooks.Read(postgres, file, cancel));
    }

    /// <summary>Correctness first: one product with few pieces and ten times as many orders.</summary>
    public static async Task<int> Oversold(Arguments arguments, ShopApi api, CancellationToken cancel)
    {
        var settings = new OversellSettings(
            arguments.Number("stock", 20, least: 1), arguments.Number("clients", 20, least: 1), arguments.Number("seed", 1), TimeSpan.FromSeconds(60));
        arguments.RefuseUnknown();
        var outcome = await Oversell.Run(api, settings, cancel);
        outcome.Print();
        return outcome.Violations == 0 ? 0 : 1;
    }

    /// <summary>Ends with 0 whatever was lost: that is a figure. Its result goes to <c>--results</c>.</summary>
    public static async Task<int> Crash(Arguments arguments, ShopApi api, CancellationToken cancel)
    {
        var settings = new CrashSettings(
            arguments.Text("mode", "unknown"),
            arguments.Number("buyers", 32, least: 1),
            TimeSpan.FromSeconds(arguments.Number("seconds", 3, least: 1)),
            TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(arguments.Number("limit", 60, least: 1)), arguments.Number("seed", 1),
            arguments.Text("kill", "false"), arguments.Text("start", "false"));
        var directory = arguments.Text("results", ".");
        arguments.RefuseUnknown();
        var result = await CrashTest.Run(api, settings, cancel);
        foreach (var fault in result.Faults)
            Console.WriteLine($"  {fault}");
        await ResultFiles.Write($"crash-{result.Contender}", DateTimeOffset.UtcNow, result, $"{result}\n", directory, cancel);
        Console.WriteLine(result);
        return 0;
    }

    /// <summary>Out of what the turns left in a folder.</summary>
    public static async Task<int> Compare(Arguments arguments, CancellationToken cancel)
    {
        var (turns, directory) = (arguments.Text("turns", "."), arguments.Text("results"));
        var (words, commit) = (arguments.Text("words", ""), arguments.Text("commit", "unknown"));
        arguments.RefuseUnknown();
        var comparison = await PeerComparison.Read(turns, words, commit, cancel);
        var markdown = PeerReport.Markdown(comparison);
        Console.WriteLine(markdown);
        if (directory is not null)
        {
            var files = await IllustratedResult.Write(
                "peers", comparison.Date, comparison, markdown, ReportPanels.Of(comparison), directory, cancel);
            Console.WriteLine($"wrote {string.Join(", ", files)}");
        }

        Console.WriteLine(PeerReport.ClosingLine(comparison));
        return comparison.Violations == 0 && comparison.LostBy(PeerComparison.Ours) is 0 ? 0 : 1;
    }
}
