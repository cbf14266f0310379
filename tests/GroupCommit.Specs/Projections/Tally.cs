using System.Collections.Concurrent;
using System.Data.Common;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Projections;

/// <summary>Counts the entries of each entity in a table of its own, and remembers what it was given.</summary>
internal sealed class Tally : IDurableProjection<string>
{
    public const string Log = "log";
    public const string Poison = "poison";

    private readonly ConcurrentQueue<string> _given = new();

    /// <summary>Called with the entries before they are counted.</summary>
    public Func<IReadOnlyList<ProjectedEntry<string>>, CancellationToken, Task> OnApply { get; set; } = (entries, _) =>
        entries.Any(entry => entry.Value == Poison) ? throw new FormatException("Cannot be counted.") : Task.CompletedTask;

    /// <summary>What took effect, or was about to.</summary>
    public IReadOnlyList<string> Given => [.. _given];

    public int Resets { get; private set; }

    public async Task Apply(IReadOnlyList<ProjectedEntry<string>> entries, DbTransaction transaction, CancellationToken cancellationToken)
    {
        await OnApply(entries, cancellationToken);
        foreach (var entry in entries)
        {
            _given.Enqueue($"{entry.Entity} {entry.Sequence}");
            using var command = transaction.Connection!.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = """
                INSERT INTO tally (entity, entries) VALUES (@entity, 1) ON CONFLICT (entity) DO UPDATE SET entries = tally.entries + 1
                """;
            var entity = command.CreateParameter();
            (entity.ParameterName, entity.Value) = ("entity", entry.Entity);
            command.Parameters.Add(entity);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public async Task Reset(DbTransaction transaction, CancellationToken cancellationToken)
    {
        Resets++;
        foreach (var sql in (string[])["DROP TABLE IF EXISTS tally",
            "CREATE TABLE tally (entity text PRIMARY KEY, entries bigint NOT NULL)"])
        {
            using var command = transaction.Connection!.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // Those above.
            command.CommandText = sql;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
