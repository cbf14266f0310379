using System.Globalization;
using System.Text.RegularExpressions;

namespace Shop.WebApi.Specs.Telemetry;

/// <summary>What a scrape has shown.</summary>
internal sealed partial class MetricsPage(IReadOnlyList<Series> series)
{
    public IReadOnlyList<Series> Series => series;

    /// <summary>0 when there is no such series.</summary>
    /// <param name="labels">All of the series' labels in any order, as on the page: <c>outcome="confirmed"</c>, separated by commas.</param>
    public double this[string name, string labels = ""] => series.FirstOrDefault(s => s.Name == name && s.Is(labels))?.Value ?? 0;

    public bool Has(string prefix) => series.Any(s => s.Name.StartsWith(prefix, StringComparison.Ordinal));

    public static async Task<MetricsPage> Read(HttpClient http)
    {
        using var answer = await http.GetAsync("/metrics");
        answer.EnsureSuccessStatusCode();
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        return new MetricsPage(
        [
            .. (await answer.Content.ReadAsStringAsync()).Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => Line().Match(line))
                .Select(line => new Series(
                    line.Groups["name"].Value, line.Groups["labels"].Value, double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture))),
        ]);
    }

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>\S+)")]
    private static partial Regex Line();
}

internal sealed partial record Series(string Name, string Labels, double Value)
{
    public IEnumerable<string> LabelNames => Label().Matches(Labels).Select(label => label.Groups["name"].Value);

    public bool Is(string labels) => Labels.Split(',').Order().SequenceEqual(labels.Split(',').Order());

    [GeneratedRegex("(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Label();
}
