using Chaos.Cluster;
using Testing.Servers;

namespace Chaos.Releases;

/// <summary>Two silos and an API, each of the one release or the other, and a place for a third silo; a database and a broker of their own.</summary>
internal sealed class MixedCluster : IAsyncDisposable
{
    private readonly PostgresServer postgres = PostgresServer.StartNew();
    private readonly RabbitServer rabbit = RabbitServer.StartOwn();
    private readonly Dictionary<string, string> settings;

    public MixedCluster()
    {
        settings = new Dictionary<string, string>
        {
            ["Shop__Mode"] = "Cluster",
            ["Shop__OpsKey"] = Key,
            ["Shop__SeedDemo"] = "false",
            // A silo waits until somebody migrates, on a busy machine too.
            ["Shop__StartTimeout"] = "00:05:00",
            ["ConnectionStrings__Postgres"] = postgres.ConnectionString,
            ["ConnectionStrings__RabbitMq"] = rabbit.Url,
            ["Orleans__AdvertisedIPAddress"] = "127.0.0.1",
            ["Logging__Console__FormatterName"] = "simple",
            ["Logging__Console__FormatterOptions__SingleLine"] = "true",
        };
        foreach (var (name, value) in RunningCluster.OtherThanInProduction)
            settings[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        Silos = [.. Enumerable.Range(1, 2).Select(n => new ReleaseProcess($"silo {n}", release => release.Silo, settings))];
        Newcomer = new ReleaseProcess("silo 3", release => release.Silo, settings);
        Api = new ReleaseProcess("the API", release => release.Api, settings);
    }

    /// <summary>Opens the operations.</summary>
    public string Key { get; } = Guid.NewGuid().ToString("N");

    public IReadOnlyList<ReleaseProcess> Silos { get; }

    public ReleaseProcess Newcomer { get; }

    public ReleaseProcess Api { get; }

    public PostgresDatabase Database => PostgresDatabase.At(postgres.ConnectionString);

    public string LastWords => string.Join('\n', ((ReleaseProcess[])[.. Silos, Newcomer, Api]).Select(process => process.LastWords));

    public async Task<string> Migrate(Release release, CancellationToken cancel)
    {
        var (code, output) = await ReleaseProcess.Run(release, "migrate", settings, cancel);
        Assert.True(code == 0, $"'migrate' of the {release.Name} release ended with code {code}: {output}");
        return output;
    }

    /// <summary>What the database says of its tables.</summary>
    public (string Oldest, string Level) Schema() =>
        Database.Query("SELECT version, to_jsonb(stored) ->> 'level' FROM groupcommit_schema AS stored WHERE part = 'state'")[0] is var row ? (row[0], row[1]) : default;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in (ReleaseProcess[])[Api, .. Silos, Newcomer])
            await process.DisposeAsync();
        rabbit.Dispose();
        postgres.Dispose();
    }
}
