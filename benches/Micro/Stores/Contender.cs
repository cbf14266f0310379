using Shop.Benches.Micro.Closed;

namespace Shop.Benches.Micro.Stores;

/// <summary>One of those that are compared: a way to store a grain's state.</summary>
/// <param name="Store">What keeps it.</param>
/// <param name="Through">Which of its doors is used.</param>
/// <param name="Event">Whether an event goes with each commit.</param>
/// <param name="Rows">Makes rows: how many, states of how many bytes.</param>
internal sealed record Contender(string Store, string Through, bool Event, Func<int, int, IRows> Rows)
{
    public const string ThroughGrainStorage = "IGrainStorage";
    public const string ThroughCommits = "commits";
    public const string AdoNetPostgres = "AdoNet, PostgreSQL";
    public const string GroupCommitPostgres = "GroupCommit, PostgreSQL";
    public const string GroupCommitSqlite = "GroupCommit, SQLite";
    public const string Memory = "Orleans memory storage";
}
