using System.Globalization;
using System.Text;
using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// Rows that Microsoft.Orleans.Persistence.AdoNet has written twice: its index is not unique, so two overlapping first writes both succeed,
/// and the grain cannot be read any more. Which of them is right only a person can say.
/// </summary>
internal static class DuplicateRows
{
    private const int Shown = 10;

    /// <summary>Looks at a table that was there before ours, and keeps others from writing to it until the end of the transaction.</summary>
    /// <exception cref="GroupCommitStartException">There are such rows; the message names them.</exception>
    public static async Task Refuse(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandTimeout = 0;
            command.CommandText = "SELECT to_regclass('orleansstorage') IS NOT NULL";
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
                return;

            command.CommandText = $"""
                LOCK TABLE orleansstorage IN SHARE ROW EXCLUSIVE MODE;
                SELECT serviceid, graintypestring, grainidn0, grainidn1, max(grainidextensionstring), count(*), count(*) OVER ()
                FROM orleansstorage
                GROUP BY serviceid, graintypehash, grainidhash, grainidn0, grainidn1, graintypestring, coalesce(grainidextensionstring, '')
                HAVING count(*) > 1
                ORDER BY serviceid, graintypestring, grainidn0, grainidn1, coalesce(grainidextensionstring, '')
                LIMIT {Shown}
                """;
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                if (await Name(reader, cancellationToken).ConfigureAwait(false) is { } message)
                    throw new GroupCommitStartException(message);
            }
        }
    }

    private static async Task<string?> Name(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        StringBuilder names = new();
        var (shown, all) = (0L, 0L);
        for (; await reader.ReadAsync(cancellationToken).ConfigureAwait(false); shown++)
        {
            all = reader.GetInt64(6);
            var extension = await reader.IsDBNullAsync(4, cancellationToken).ConfigureAwait(false) ? null : reader.GetString(4);
            var key = StorageKey.TextOf(reader.GetInt64(2), reader.GetInt64(3), extension);
            names.AppendLine().Append(CultureInfo.InvariantCulture,
                $"  service '{reader.GetString(0)}', type '{reader.GetString(1)}', key '{key}': {reader.GetInt64(5)} rows");
        }

        if (all == 0)
            return null;

        if (all > shown)
            names.AppendLine().Append(CultureInfo.InvariantCulture, $"  and {all - shown} more");

        return "The table orleansstorage holds states more than once, which Microsoft.Orleans.Persistence.AdoNet lets happen when two first writes "
            + $"overlap. Nothing was changed; delete all but the right row of each and try again:{names}";
    }
}
