using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Npgsql;
using Shop.Benches.Load.Machine;
using Testing.Servers;

namespace Chaos.Cluster;

/// <summary>What the README says about a cluster: who gets in where, and what a process says that cannot start.</summary>
[Collection(ClusterFixture.Name)]
public sealed class When_a_cluster_is_operated(ClusterFixture shop)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("/v1/ops/invariants")]
    [InlineData("/v1/ops/sagas")]
    [InlineData("/dashboard/")]
    public async Task Should_let_nobody_in_without_the_key(string path)
    {
        using var http = new HttpClient { BaseAddress = shop.Cluster.Url };

        Assert.Equal(HttpStatusCode.Unauthorized, await Get(http, path, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get(http, path, new("Bearer", "a-guess")));
        Assert.Equal(HttpStatusCode.OK, await Get(http, path, new("Bearer", shop.Cluster.Key)));
        // Which is what a browser sends after it has asked.
        Assert.Equal(HttpStatusCode.OK, await Get(http, path, new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{shop.Cluster.Key}")))));
    }

    [Fact]
    public async Task Should_ask_for_the_key_at_a_silo_too()
    {
        using var http = new HttpClient { BaseAddress = shop.Cluster.UrlOf("1") };

        Assert.Equal(HttpStatusCode.Unauthorized, await Get(http, "/dashboard/", null));
        Assert.Equal(HttpStatusCode.OK, await Get(http, "/dashboard/", new("Bearer", shop.Cluster.Key)));
        await BecomesReady(http);
    }

    [Theory]
    [InlineData(RunningCluster.Api, new[] { "http_server_request_duration_seconds", "orleans_", "db_client_", "dotnet_" })]
    [InlineData("silos", new[] { "shop_orders_total", "shop_saga_step_duration_seconds", "events_processed_total", "groupcommit_commit_duration_seconds", "groupcommit_outbox_depth", "rabbitmq_streams_confirm_duration_seconds", "orleans_", "db_client_", "dotnet_" })]
    public async Task Should_show_the_metrics_of_API_and_silos(string processes, string[] metrics)
    {
        var cancel = TestContext.Current.CancellationToken;
        // What was never measured is not shown: orders have to go through the process. Those who take events are on any of the silos, and stay there.
        await using var ordeal = await Ordeal.Begin(shop, ChaosSettings.Seed, cancel);
        using var http = new HttpClient();
        Uri[] asked = processes == RunningCluster.Api ? [shop.Cluster.Url] : [.. RunningCluster.SiloNames.Select(shop.Cluster.UrlOf)];

        string[] missing = metrics;
        await Wait.Until(async () =>
        {
            var page = string.Concat(await Task.WhenAll(asked.Select(url => http.GetStringAsync(new Uri(url, "/metrics"), cancel))));
            missing = [.. metrics.Where(metric => !page.Contains($"\n{metric}", StringComparison.Ordinal))];
            return missing.Length == 0;
        }, Limit, () => $"{processes}: nobody shows {string.Join(", ", missing)}", cancel);
    }

    [Theory]
    [InlineData("Silo", "Postgres")]
    [InlineData("Silo", "RabbitMq")]
    [InlineData("WebApi", "Postgres")]
    public async Task Should_say_in_one_line_what_is_missing_and_end(string program, string missing)
    {
        var nobody = FreePorts.Take(1)[0];
        using var database = new LonelyDatabase(shop.Cluster.ConnectionString);
        var (code, complaints) = await Run(program, new()
        {
            ["ConnectionStrings__Postgres"] = missing == "Postgres" ? $"Host=127.0.0.1;Port={nobody};Username=postgres;Database=postgres" : database.ConnectionString,
            ["ConnectionStrings__RabbitMq"] = missing == "RabbitMq" ? $"amqp://guest:guest@127.0.0.1:{nobody}/" : shop.Cluster.BrokerUrl,
            ["Shop__StartTimeout"] = "00:00:00",
            ["Shop__SchemaOnStart"] = "true",
        });

        Assert.Equal(1, code);
        var line = Assert.Single(complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(missing == "Postgres" ? "ConnectionStrings:Postgres" : "RabbitMQ", line, StringComparison.Ordinal);
        Assert.Contains($"{nobody}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_in_one_line_that_no_silo_is_there_and_end()
    {
        using var database = new LonelyDatabase(shop.Cluster.ConnectionString);
        var (code, complaints) = await Run("WebApi", new()
        {
            ["ConnectionStrings__Postgres"] = database.ConnectionString,
            ["Shop__StartTimeout"] = "00:00:00",
            ["Shop__SchemaOnStart"] = "true",
        });

        Assert.Equal(1, code);
        Assert.StartsWith("No silo of the cluster answers", Assert.Single(complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>It would take the first one's place in the cluster, and that would end itself.</summary>
    [Theory, InlineData("Orleans__SiloPort", 0), InlineData("Orleans__GatewayPort", 1)]
    public async Task Should_not_start_a_second_silo_at_the_port_of_the_first(string setting, int which)
    {
        var first = shop.Cluster.ProcessOf("1");
        var (code, complaints) = await Run("Silo", new()
        {
            ["ConnectionStrings__Postgres"] = shop.Cluster.ConnectionString,
            ["ConnectionStrings__RabbitMq"] = shop.Cluster.BrokerUrl,
            [setting] = shop.Cluster.SiloPortsOf("1")[which].ToString(CultureInfo.InvariantCulture),
        });

        Assert.Equal(1, code);
        Assert.Contains("is taken", Assert.Single(complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = shop.Cluster.UrlOf("1") };
        await BecomesReady(http);
        Assert.Equal(first, shop.Cluster.ProcessOf("1"));
    }

    /// <summary>As with two releases of one chart that were given the same database.</summary>
    [Theory]
    [InlineData("Silo", "other", "shop")]
    [InlineData("Silo", "shop", "other")]
    [InlineData("WebApi", "other", "shop")]
    [InlineData("WebApi", "shop", "other")]
    public async Task Should_keep_out_who_belongs_elsewhere_and_say_whose_the_database_is(string program, string service, string cluster)
    {
        var silos = SilosKnown();

        var (code, complaints) = await Run(program, new()
        {
            ["ConnectionStrings__Postgres"] = shop.Cluster.ConnectionString,
            ["ConnectionStrings__RabbitMq"] = shop.Cluster.BrokerUrl,
            ["Orleans__ServiceId"] = service,
            ["Orleans__ClusterId"] = cluster,
        });

        Assert.Equal(1, code);
        var line = Assert.Single(complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("belongs to the service 'shop' and its cluster 'shop'", line, StringComparison.Ordinal);
        Assert.Contains($"this process is of the service '{service}' and the cluster '{cluster}'", line, StringComparison.Ordinal);
        Assert.Equal(silos, SilosKnown());
    }

    /// <summary>An embedded shop must not sell beside a cluster from the same books.</summary>
    [Fact]
    public async Task Should_keep_out_a_shop_that_wants_the_database_for_itself()
    {
        var data = Directory.CreateTempSubdirectory("shop-beside-");
        var (code, complaints) = await Run("WebApi", new()
        {
            ["ConnectionStrings__Postgres"] = shop.Cluster.ConnectionString,
            ["Shop__Mode"] = "Embedded",
            ["Shop__DataDirectory"] = data.FullName,
        });
        data.Delete(recursive: true);

        Assert.Equal(1, code);
        Assert.Contains("is in use by another process (server process ", Assert.Single(complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Silo", "has schema version 0 and needs 5")]
    [InlineData("WebApi", "has schema version 0 of clustering and needs 1")]
    public async Task Should_say_in_one_line_that_nobody_has_made_the_tables_and_end(string program, string what)
    {
        using var database = new LonelyDatabase(shop.Cluster.ConnectionString);
        var (code, complaints) = await Run(program, new()
        {
            ["ConnectionStrings__Postgres"] = database.ConnectionString,
            ["ConnectionStrings__RabbitMq"] = shop.Cluster.BrokerUrl,
            ["Shop__StartTimeout"] = "00:00:01",
        });

        Assert.Equal(1, code);
        var line = Assert.Single(complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"{what}: run the silo once with the command 'migrate'", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunningCluster.Postgres, "Waiting up to 00:01:00 for the PostgreSQL database")]
    [InlineData(RunningCluster.RabbitMq, "waits for a broker at")]
    public async Task Should_say_what_it_waits_for_and_start_when_that_comes(string server, string words)
    {
        int? waits = null;
        await WhileItWaits(server, words, () =>
        {
            waits = shop.Cluster.ProcessOf("3");
            return Task.CompletedTask;
        });

        Assert.Equal(waits, shop.Cluster.ProcessOf("3"));
    }

    /// <summary>To stop it fails unless it ends with 0.</summary>
    [Fact]
    public Task Should_end_in_good_order_while_it_waits() =>
        WhileItWaits(RunningCluster.Postgres, "Waiting up to", () => shop.Cluster.Stop("3", TestContext.Current.CancellationToken));

    /// <summary>Starts silo 3 without that server, and does this as soon as it says that it waits. Server and silo are there again when it returns.</summary>
    private async Task WhileItWaits(string server, string words, Func<Task> act)
    {
        var cancel = TestContext.Current.CancellationToken;
        await shop.Cluster.Stop("3", cancel);
        await shop.Cluster.Stop(server, cancel);
        var before = shop.Cluster.LogOf("3").Length;

        // Returns when the silo is ready.
        var starting = shop.Cluster.Start("3", cancel);
        try
        {
            await Wait.Until(
                () => shop.Cluster.LogOf("3") is var log && log.Length > before && log[before..].Contains(words, StringComparison.Ordinal),
                Limit, () => $"silo 3 does not say that it waits: {shop.Cluster.LogOf("3")[before..]}", cancel);
            await act();
        }
        finally
        {
            // The next spec needs both; a silo that runs is not started again.
            await shop.Cluster.Start(server, CancellationToken.None);
            await shop.Cluster.Start("3", CancellationToken.None);
            await starting;
        }
    }

    private string SilosKnown() => string.Join(' ', PostgresDatabase.At(shop.Cluster.ConnectionString)
        .Query("SELECT deploymentid || ' ' || count(*) FROM orleansmembershiptable GROUP BY deploymentid ORDER BY 1").Select(row => row[0]));

    /// <summary>Not at one look: where a spec before stopped a server, a silo looks at that again seconds later.</summary>
    private static async Task BecomesReady(HttpClient http)
    {
        var words = "";
        await Wait.Until(async () =>
        {
            using var answer = await http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
            words = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }, Limit, () => $"the silo is not ready: {words}", TestContext.Current.CancellationToken);
    }

    private static async Task<HttpStatusCode> Get(HttpClient http, string path, AuthenticationHeaderValue? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = key } };
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static async Task<(int Code, string Complaints)> Run(string program, Dictionary<string, string> settings)
    {
        var ports = FreePorts.Take(3);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(RunningCluster.Repository, "src", program, "bin", "Release", "net10.0", $"Shop.{program}.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Shop__Mode"] = "Cluster";
        start.Environment["Orleans__AdvertisedIPAddress"] = "127.0.0.1";
        start.Environment["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[0]}");
        start.Environment["Orleans__SiloPort"] = ports[1].ToString(CultureInfo.InvariantCulture);
        start.Environment["Orleans__GatewayPort"] = ports[2].ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var cancel = TestContext.Current.CancellationToken;
            var (_, complaints) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            await process.WaitForExitAsync(cancel).WaitAsync(Limit, cancel);
            return (process.ExitCode, await complaints);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>Another one on the cluster's server: that of the cluster lets no strangers in.</summary>
    private sealed class LonelyDatabase : IDisposable
    {
        private readonly PostgresDatabase server;
        private readonly string name = $"lonely_{Guid.NewGuid():N}";

        public LonelyDatabase(string server)
        {
            this.server = PostgresDatabase.At(server);
            this.server.Run($"CREATE DATABASE {name}");
            ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        }

        public string ConnectionString { get; }

        public void Dispose() => server.Run($"DROP DATABASE {name} WITH (FORCE)");
    }
}
