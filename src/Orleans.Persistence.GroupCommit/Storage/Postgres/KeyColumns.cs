using NpgsqlTypes;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>The keys of rows, a column for each of the table's.</summary>
/// <param name="prefix">Of the parameters' names.</param>
internal sealed class KeyColumns(string prefix)
{
    private readonly Column<int> _idHash = new($"{prefix}_id_hash", NpgsqlDbType.Integer);
    private readonly Column<int> _typeHash = new($"{prefix}_type_hash", NpgsqlDbType.Integer);
    private readonly Column<long> _n0 = new($"{prefix}_n0", NpgsqlDbType.Bigint);
    private readonly Column<long> _n1 = new($"{prefix}_n1", NpgsqlDbType.Bigint);
    private readonly Column<string> _type = new($"{prefix}_type", NpgsqlDbType.Text);
    private readonly Column<string?> _extension = new($"{prefix}_extension", NpgsqlDbType.Text);

    public IColumn[] All => [_idHash, _typeHash, _n0, _n1, _type, _extension];

    public void Add(in RowKey key)
    {
        _idHash.Add(key.Id.IdHash);
        _typeHash.Add(key.TypeHash);
        _n0.Add(key.Id.N0);
        _n1.Add(key.Id.N1);
        _type.Add(key.Type);
        _extension.Add(key.Id.Extension);
    }
}
