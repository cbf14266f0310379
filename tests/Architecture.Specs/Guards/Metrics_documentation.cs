using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Persistence.GroupCommit;
using Shop.Hosting.Health;
using Shop.Telemetry;

namespace Architecture.Specs.Guards;

/// <summary>docs/metrics.md lists what the code declares, in the same words. That the labels are the documented ones, a spec of the running shop sees.</summary>
public sealed partial class Metrics_documentation
{
    [Fact]
    public void Lists_every_instrument_of_the_shop() => Assert.Equal(Declared(), Documented(Tree.Read("docs/metrics.md")));

    [Fact]
    public void That_has_other_words_is_seen() =>
        Assert.NotEqual(Declared(), Documented(Tree.Read("docs/metrics.md").Replace("that got an outcome", "that ended", StringComparison.Ordinal)));

    [Fact]
    public void That_lacks_an_instrument_is_seen() =>
        Assert.NotEqual(Declared(), Documented(Tree.Read("docs/metrics.md").Replace("| `shop_sagas`", "| shop_sagas", StringComparison.Ordinal)));

    private static List<(string Name, string Unit, string Meaning)> Declared()
    {
        var found = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == ShopMeter.Name)
                    found.Add(instrument);
            },
        };
        ShopMeter.Begin();
        listener.Start();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var clock = new MachineClock(new SteadyClock(), TimeProvider.System, services.GetRequiredService<IMeterFactory>(), NullLogger<MachineClock>.Instance);
        return [.. found.Select(instrument => (PageNameOf(instrument), instrument.Unit!.Trim('{', '}'), instrument.Description!)).Order()];
    }

    /// <summary>As Prometheus has it.</summary>
    private static string PageNameOf(Instrument instrument) =>
        instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + (instrument is Counter<long> ? "_total" : "");

    private static List<(string Name, string Unit, string Meaning)> Documented(string page) =>
        [.. Row().Matches(page).Select(row => (row.Groups["name"].Value, row.Groups["unit"].Value, row.Groups["meaning"].Value)).Order()];

    [GeneratedRegex(@"^\| `(?<name>[a-z_]+)` \| [^|]* \| (?<unit>[^|]*) \| (?<meaning>[^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
