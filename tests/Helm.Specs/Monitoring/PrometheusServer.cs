using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Helm.Specs.Rendering;
using Shop.Benches.Load.Machine;

namespace Helm.Specs.Monitoring;

/// <summary>Prometheus, on loopback and in a folder of its own, with the rules of the chart.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("shop-prometheus-");
    private readonly HttpClient http;
    private readonly Process process;

    /// <param name="jobs">Addresses of the processes whose metrics it reads, by job.</param>
    /// <param name="single">The address of a shop in one process, of which it keeps <paramref name="kept"/> alone: all else has to come from the cluster.</param>
    public PrometheusServer(IReadOnlyDictionary<string, string[]> jobs, string single, string kept)
    {
        var configuration = new JsonObject
        {
            ["global"] = new JsonObject { ["scrape_interval"] = "1s", ["evaluation_interval"] = "1s" },
            ["rule_files"] = new JsonArray(Repository.At(Expressions.Rules)),
            ["scrape_configs"] = new JsonArray([
                .. jobs.Select(job => Scraped(job.Key, job.Value)),
                Scraped("single", [single], new()
                {
                    ["relabel_configs"] = new JsonArray(new JsonObject { ["target_label"] = "job", ["replacement"] = "shop-api" }),
                    ["metric_relabel_configs"] = new JsonArray(new JsonObject { ["source_labels"] = new JsonArray("__name__"), ["regex"] = kept, ["action"] = "keep" }),
                }),
            ]),
        };
        var file = Path.Combine(folder.FullName, "prometheus.yml");
        // JSON is YAML.
        File.WriteAllText(file, configuration.ToJsonString());
        var address = $"127.0.0.1:{FreePorts.Take(1)[0]}";
        http = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        process = Process.Start(new ProcessStartInfo(
            Path.Combine(KubernetesTool.Folder, "bin", "prometheus"),
            [$"--config.file={file}", $"--storage.tsdb.path={Path.Combine(folder.FullName, "data")}", $"--web.listen-address={address}", "--log.level=error"]))!;
    }

    public async Task Ready()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await Answers(limit.Token))
            await ticks.WaitForNextTickAsync(limit.Token);
    }

    /// <summary>The series that an expression gives now; a fault of it is thrown.</summary>
    public async Task<IReadOnlyList<JsonNode>> Query(string expression)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("query", expression)]);
        using var answer = await http.PostAsync("/api/v1/query", form);
        var read = await answer.Content.ReadFromJsonAsync<JsonNode>();
        Assert.True(answer.IsSuccessStatusCode, $"{expression}: {read?["error"]}");
        return [.. Manifest.List(read, "data", "result")];
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
        folder.Delete(recursive: true);
    }

    private static JsonObject Scraped(string job, string[] targets, JsonObject? more = null)
    {
        var scraped = more ?? [];
        scraped["job_name"] = job;
        scraped["static_configs"] = new JsonArray(new JsonObject { ["targets"] = new JsonArray([.. targets.Select(target => (JsonNode)target)]) });
        return scraped;
    }

    private async Task<bool> Answers(CancellationToken cancel)
    {
        Assert.False(process.HasExited, "Prometheus has ended.");
        try
        {
            using var answer = await http.GetAsync("/-/ready", cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
