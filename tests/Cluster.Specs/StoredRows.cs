using System.Globalization;
using Microsoft.Data.Sqlite;
using Testing.Servers;

namespace Shop.Cluster.Specs;

/// <summary>Where a shop's rows lie, for whoever wants to change them behind its back. Goes when disposed.</summary>
internal abstract class StoredRows : IDisposable
{
    /// <summary>Makes it the store's database.</summary>
    public abstract void Use(Orleans.Persistence.GroupCommit.GroupCommitOptions store);

    /// <summary>Puts something else in the place of an audited event; null: nothing.</summary>
    public abstract void ChangeAudit(string entity, long sequence, byte[]? payload);

    /// <summary>Removes the live reservations of all products.</summary>
    public abstract void RemoveHolds();

    public abstract void Dispose();

    internal sealed class InSqlite : StoredRows
    {
        private readonly string directory = Directory.CreateTempSubdirectory("shop-cluster-").FullName;

        private string Database => Path.Combine(directory, "shop.db");

        public override void Use(Orleans.Persistence.GroupCommit.GroupCommitOptions store) => store.DatabasePath = Database;

        public override void ChangeAudit(string entity, long sequence, byte[]? payload) => Run(
            payload is null ? "DELETE FROM log WHERE entity = $entity AND sequence = $sequence" : "UPDATE log SET payload = $payload WHERE entity = $entity AND sequence = $sequence",
            ("$entity", entity), ("$sequence", sequence), ("$payload", payload));

        public override void RemoveHolds() => Run("DELETE FROM entries WHERE map = 'reservations'");

        public override void Dispose() => Directory.Delete(directory, recursive: true);

        private void Run(string sql, params (string Name, object? Value)[] parameters)
        {
            using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only those above.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var (name, value) in parameters)
            {
                if (value is not null)
                    command.Parameters.AddWithValue(name, value);
            }

            Assert.Equal(1, command.ExecuteNonQuery());
        }
    }

    internal sealed class InPostgres : StoredRows
    {
        private readonly PostgresDatabase database = new();

        public override void Use(Orleans.Persistence.GroupCommit.GroupCommitOptions store) => store.ConnectionString = database.ConnectionString;

        public override void ChangeAudit(string entity, long sequence, byte[]? payload)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"entity = '{entity}' AND sequence = {sequence}");
            database.Run(payload is null
                ? $"DELETE FROM groupcommit_log WHERE {place}"
                : $"UPDATE groupcommit_log SET payload = '\\x{Convert.ToHexString(payload)}' WHERE {place}");
        }

        public override void RemoveHolds() => database.Run("DELETE FROM groupcommit_entries WHERE map = 'reservations'");

        public override void Dispose() => database.Dispose();
    }
}
