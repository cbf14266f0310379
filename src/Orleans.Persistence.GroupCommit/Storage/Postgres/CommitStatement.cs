using System.Text;
using Npgsql;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// The one statement of a batch, made of the parts that are not empty, and prepared once for each selection of them. One statement, without a
/// transaction around it: a process that is stopped in the middle holds no locks.
/// </summary>
internal sealed class CommitStatement(NpgsqlConnection connection, CommitBatch batch, string serviceId) : IDisposable
{
    // A plan takes up to half a megabyte of the server. A day's work needs some dozens, and with logs twice as many; when it changes, they are made anew.
    private const int MostPrepared = 128;

    private readonly Dictionary<int, NpgsqlCommand> _prepared = [];

    /// <summary>Applies the batch and tells it what was stored.</summary>
    public void Execute()
    {
        var selection = 0;
        for (var i = 0; i < batch.Parts.Count; i++)
            selection |= batch.Parts[i].IsEmpty ? 0 : 1 << i;

        if (!_prepared.TryGetValue(selection, out var command))
        {
            if (_prepared.Count == MostPrepared)
                Forget();

            _prepared.Add(selection, command = Prepare(selection));
        }

        using var answer = command.ExecuteReader();
        while (answer.Read())
            batch.Answer(answer.GetInt16(0), answer.GetInt64(1));
    }

    public void Dispose() => Forget();

    private void Forget()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();

        _prepared.Clear();
    }

    private NpgsqlCommand Prepare(int selection)
    {
        var parts = batch.Parts.Where((_, i) => (selection & (1 << i)) != 0).ToList();
        var command = connection.CreateCommand();
        try
        {
            command.CommandText = Sql(parts);
            command.Parameters.Add(new NpgsqlParameter<string>("service", serviceId));
            foreach (var column in parts.SelectMany(part => part.Columns))
                command.Parameters.Add(column.ToParameter());

            command.Prepare();
            return command;
        }
        catch
        {
            command.Dispose();
            throw;
        }
    }

    private static string Sql(List<CommitPart> parts)
    {
        List<string> tables = [.. parts.Select(part => part.Sql)];
        if (!parts.Exists(part => part is RowPart))
            tables.Insert(0, "done AS (SELECT 0::bigint AS ord, 0::bigint AS id WHERE false)");

        // Without any part, too: who removes no event asks whether the server answers.
        var sql = new StringBuilder("WITH ").AppendJoin(",\n", tables).Append('\n');
        sql.AppendJoin("\nUNION ALL ", parts.Select(part => part.Result).Where(result => result is not null)
            .DefaultIfEmpty("SELECT 0::smallint, 0::bigint WHERE false"));
        return sql.ToString();
    }
}
