namespace Shop.Benches.Load.Workloads;

/// <param name="Processes">Name and process id of everything that is the shop, so that its processor time can be told from the driver's.</param>
/// <param name="Metrics">Of every process of the shop that has metrics.</param>
/// <param name="Postgres">The connection string of the shop's database; null: it has a file.</param>
/// <param name="ResultDirectory">Where the report goes; null: only to the screen.</param>
internal sealed record W1Settings(
    Uri Url,
    string Mode,
    int Buyers,
    int Seconds,
    int WarmupSeconds,
    int Products,
    int Seed,
    IReadOnlyDictionary<string, int> Processes,
    IReadOnlyList<Uri> Metrics,
    string? Postgres,
    string? ResultDirectory,
    string Commit,
    string ServerSettings);
