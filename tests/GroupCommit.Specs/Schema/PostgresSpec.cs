using Orleans.Persistence.GroupCommit;
using Testing.Servers;

namespace GroupCommit.Specs;

/// <summary>Shorthand for specs of the PostgreSQL schema.</summary>
internal static class PostgresSpec
{
    public static Task<IReadOnlyList<string>> Apply(PostgresDatabase database, GroupCommitSchemaParts parts = GroupCommitSchemaParts.All) =>
        GroupCommitSchema.Apply(database.ConnectionString, parts).Soon();

    public static async Task<string> Refusal(Func<Task> work) => (await Assert.ThrowsAnyAsync<GroupCommitStartException>(work)).Message;

    public static IReadOnlyList<string> Tables(PostgresDatabase database) =>
        [.. database.Query("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1").Select(row => row[0])];
}
