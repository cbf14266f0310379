using System.Globalization;

namespace Shop.Benches.Load.Machine;

/// <summary>What a shop has done since it started, as its own metrics and its database count it.</summary>
internal sealed class Counters(IReadOnlyList<Uri> metrics, DatabaseCounters? database)
{
    /// <summary>How a report calls what the pages of all processes count.</summary>
    private static readonly (string Name, string Metric)[] Counted =
    [
        ("grain calls", "orleans_app_requests_latency_milliseconds_count"),
        ("activations", "orleans_catalog_activation_created_total"),
        ("events", "groupcommit_outbox_delivered_total"),
        ("messages through the broker", "rabbitmq_streams_published_total"),
        ("commits and removals", "groupcommit_batch_size_sum"),
        ("transactions", "groupcommit_commit_duration_seconds_count"),
    ];

    public async Task<IReadOnlyDictionary<string, double>> Read(CancellationToken cancel)
    {
        var counts = Counted.ToDictionary(counted => counted.Name, _ => 0.0);
        using var http = new HttpClient();
        foreach (var page in metrics)
        {
            var lines = (await http.GetStringAsync(new Uri(page, "/metrics"), cancel)).Split('\n');
            foreach (var (name, metric) in Counted)
                counts[name] += lines.Where(line => IsOf(line, metric)).Sum(ValueOf);
        }

        if (database is not null)
        {
            foreach (var (name, count) in await database.Read(cancel))
                counts[name] = count;
        }

        return counts;
    }

    private static bool IsOf(string line, string metric) =>
        line.StartsWith(metric, StringComparison.Ordinal) && line.Length > metric.Length && line[metric.Length] is '{';

    // "name{labels} value", with a time behind it where the exporter says so.
    private static double ValueOf(string line) =>
        double.Parse(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
}
