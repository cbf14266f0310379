using Shop.Benches.Load;
using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Report;

namespace Shop.Benches.Micro.HotProduct;

/// <summary><c>w2</c>: everybody wants the same product.</summary>
internal static class HotCommand
{
    /// <returns>1 when a piece was sold twice, or a buyer refused while there were pieces left.</returns>
    public static async Task<int> Run(Arguments arguments, CancellationToken cancel)
    {
        var settings = HotSettings.Read(arguments);
        arguments.RefuseUnknown();

        var clock = new CpuClock(new Dictionary<string, int>(settings.Processes) { ["silo"] = Environment.ProcessId });
        HotResult result;
        await using (var shop = await HotShop.Start(settings))
        {
            var start = clock.Read();
            var open = await OpenHolds.Run(shop, settings, clock, cancel);
            var flash = await FlashSale.Run(shop, settings, clock);
            var whole = CpuUse.Between(start, clock.Read());
            result = new HotResult(
                "w2", settings.Mode, DateTimeOffset.UtcNow, settings.Commit, MachineFacts.Read(), settings.Machine,
                Math.Round(whole.ForeignCores, 2), settings.Buyers, settings.Seconds, settings.Rounds, open, flash);
        }

        Console.WriteLine(HotReport.Markdown(result));
        if (settings.ResultDirectory is { } directory)
            Console.WriteLine($"wrote {string.Join(", ", await HotReport.Write(result, directory, cancel))}");
        Console.WriteLine(HotReport.ClosingLine(result));
        return result.Flash is { Oversold: 0, UnfairlyRefused: 0 } flashed && flashed.Held == (long)flashed.Units * flashed.Sales ? 0 : 1;
    }
}
