namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>A row's key in the columns of the table.</summary>
internal readonly record struct RowKey(int TypeHash, StorageKey Id, string Type) : IComparable<RowKey>
{
    public (int Type, int Id) Hashes => (TypeHash, Id.IdHash);

    public static RowKey Of(in RowId row) => new(StorageKey.HashOfType(row.Kind), StorageKey.Of(row.Key), row.Kind);

    // Within a batch no two rows have both hashes in common.
    public int CompareTo(RowKey other) => Hashes.CompareTo(other.Hashes);
}
