using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Projections;

/// <summary>At each place where something is half done: afterwards every entry is counted once, or set aside once.</summary>
public abstract class When_a_projection_is_killed<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Theory, MemberData(nameof(ProjectionProcess.Places), MemberType = typeof(ProjectionProcess))]
    public async Task Should_count_every_entry_once(string place)
    {
        var point = ProjectionCrashPoints.All.Single(known => known.Name == place);
        var happensOnce = place is "projection-reset/not-committed" or "entry-set-aside/not-committed";

        await ProjectionProcess.Run(Database, point);
        if (!happensOnce)
            await ProjectionProcess.Run(Database, point, times: 3);
        await ProjectionProcess.Run(Database, crash: null);

        await using var store = await Store.Open(Database);
        await using var beside = await store.Dialect.Inner.Logs.OpenBeside(CancellationToken.None);
        using var command = beside.Connection.CreateCommand();
        command.CommandText = "SELECT entity, entries FROM tally";
        var counted = new Dictionary<string, long>();
        using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
                counted.Add(rows.GetString(0), rows.GetInt64(1));
        }

        command.CommandText = "SELECT entity FROM groupcommit_projection_faults";
        using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
                counted[rows.GetString(0)] = counted.GetValueOrDefault(rows.GetString(0)) + 1;
        }

        var logged = (await Store.ReadLog(store.Dialect)).GroupBy(line => line.Split(' ')[0]).ToDictionary(lines => lines.Key, lines =>
            (long)lines.Count());
        Assert.Equal(logged.OrderBy(entity => entity.Key), counted.OrderBy(entity => entity.Key));
    }
}

public sealed class When_a_projection_is_killed_on_SQLite : When_a_projection_is_killed<SqliteFile>;

public sealed class When_a_projection_is_killed_on_PostgreSQL : When_a_projection_is_killed<SpecSchema>;
