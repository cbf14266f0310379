using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Helm.Specs.Rendering;
using Shop.Benches.Load.Machine;

namespace Helm.Specs.Monitoring;

/// <summary>Two silos, an API, PostgreSQL and RabbitMQ as <c>./cluster</c> runs them. What a killed process of specs leaves running is ended by <c>./test</c>.</summary>
internal sealed partial class RunningCluster : IAsyncDisposable
{
    private const string Product = "beans";

    private readonly string folder;
    private readonly HttpClient http;

    private RunningCluster(string folder, int port)
    {
        this.folder = folder;
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>Where metrics are read, by the names of the jobs that the rules know.</summary>
    public IReadOnlyDictionary<string, string[]> Jobs => new Dictionary<string, string[]>
    {
        ["shop-silo"] = [Silo(1), Silo(2)],
        ["shop-api"] = [http.BaseAddress!.Authority],
    };

    private string Key => Read("key");

    public static async Task<RunningCluster> Start()
    {
        var services = Environment.GetEnvironmentVariable("SHOP_SERVICES") is { Length: > 0 } given ? given : Path.GetTempPath();
        var port = FreePorts.Take(1)[0];
        var cluster = new RunningCluster(Path.Combine(services, $"cluster-{Guid.NewGuid():N}"), port);
        try
        {
            await cluster.Script("up", "--silos", "2", "--port", $"{port}", "--no-build");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task Script(params string[] words)
    {
        string[] settings = [$"SHOP_CLUSTER={folder}", "Shop__Sagas__CancelWindow=00:00:01", "Shop__Audit__Witness=true"];
        (await KubernetesTool.Start("env", [.. settings, Repository.At("cluster"), .. words], input: null)).Expect();
    }

    /// <summary>Something to buy.</summary>
    public async Task Stock()
    {
        await Send(HttpMethod.Put, $"/v1/products/{Product}", """{"name":"Beans","price":{"amount":1999,"currency":"EUR"},"active":true}""");
        await Send(HttpMethod.Post, $"/v1/stock/{Product}/adjustments", """{"delta":1000,"reason":"receipt"}""");
    }

    /// <summary>Orders that come to an end before this returns.</summary>
    /// <param name="method">What pays for them: <c>tok_ok</c>, or one of the simulated gateway's that do not.</param>
    public Task Order(int count, string method = "tok_ok") => Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
    {
        using var placed = await Send(HttpMethod.Post, "/v1/orders", OrderOf(Product, method));
        placed.EnsureSuccessStatusCode();
        var id = (await placed.Content.ReadFromJsonAsync<JsonNode>())!["id"]!.ToString();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while ((await http.GetFromJsonAsync<JsonNode>($"/v1/orders/{id}", limit.Token))!["status"]!.ToString() is not ("completed" or "rejected" or "cancelled"))
            await ticks.WaitForNextTickAsync(limit.Token);
    }));

    /// <summary>The same request again.</summary>
    public async Task Repeat()
    {
        var key = $"{Guid.NewGuid():N}";
        foreach (var _ in (int[])[1, 2])
            (await Send(HttpMethod.Post, "/v1/orders", OrderOf(Product, "tok_ok"), key)).Dispose();
    }

    public async Task BeRefused()
    {
        using var refused = await http.GetAsync("/v1/ops/sagas");
        using var unreadable = await Send(HttpMethod.Post, "/v1/orders", "{");
        Assert.Equal([401, 400], [(int)refused.StatusCode, (int)unreadable.StatusCode]);
    }

    public async Task CheckBooks() => (await Send(HttpMethod.Get, "/v1/ops/invariants", null)).Dispose();

    /// <summary>Until a silo, asked as Kubernetes asks it, says that it can do its work, or that it cannot.</summary>
    public async Task SiloIs(bool ready)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (true)
        {
            using var answer = await http.GetAsync($"http://{Silo(1)}/health/ready", limit.Token);
            if (answer.IsSuccessStatusCode == ready)
                return;
            await ticks.WaitForNextTickAsync(limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (!Directory.Exists(folder))
            return;
        await Script("kill", "all");
        Directory.Delete(folder, recursive: true);
    }

    private static string OrderOf(string product, string method) =>
        $$$"""{"customerId":"c-1","currency":"EUR","items":[{"productId":"{{{product}}}","quantity":1}],"payment":{"method":"{{{method}}}"}}""";

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? json, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        request.Headers.Add("Idempotency-Key", key ?? $"{Guid.NewGuid():N}");
        if (json is not null)
            request.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        return await http.SendAsync(request);
    }

    private string Silo(int number) => $"127.0.0.1:{Read($"silo-{number}", "ports").Split('\n')[0]}";

    private string Read(params string[] path) => File.ReadAllText(Path.Combine([folder, .. path])).Trim();
}
