namespace Shop.Benches.Micro;

/// <param name="Postgres">The server's connection string; null: PostgreSQL is not measured.</param>
/// <param name="DataDirectory">For SQLite's files; null: SQLite is not measured.</param>
/// <param name="Seconds">Measured for each figure, over all its rounds.</param>
/// <param name="Rounds">Into how many parts that is cut, with all others measured in between.</param>
/// <param name="Part">writers, maps or budget; null: all.</param>
/// <param name="ResultDirectory">Where the report goes; null: only to the screen.</param>
internal sealed record StorageSettings(
    string? Postgres,
    string? DataDirectory,
    int Seconds,
    int Rounds,
    string? Part,
    string? ResultDirectory,
    string Commit,
    string Machine)
{
    public const int Rows = 2_000;
    public const int SmallState = 300;

    public const string Writing = "writers", Maps = "maps", Budget = "budget";

    public IReadOnlyList<int> Writers { get; } = [1, 8, 64, 256];

    public IReadOnlyList<int> StateBytes { get; } = [SmallState, 4_096];

    public bool Has(string part) => Part is null || Part == part;

    public TimeSpan Window => TimeSpan.FromSeconds((double)Seconds / Rounds);

    /// <summary>Before each window.</summary>
    public TimeSpan Warmup => Window / 5;
}
