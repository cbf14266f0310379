using Npgsql;
using NpgsqlTypes;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>An array parameter: one column of what a batch carries. Filled anew for each batch, its memory is kept.</summary>
internal sealed class Column<T>(string name, NpgsqlDbType type) : IColumn
{
    private readonly List<T> _values = [];

    public int Count => _values.Count;

    public void Add(T value) => _values.Add(value);

    void IColumn.Clear()
    {
        _values.Clear();
        // One batch of giants must not stay in memory.
        if (_values.Capacity > 65_536)
            _values.Capacity = 0;
    }

    NpgsqlParameter IColumn.ToParameter() => new NpgsqlParameter<List<T>>(name, NpgsqlDbType.Array | type) { TypedValue = _values };
}

/// <summary>See <see cref="Column{T}"/>.</summary>
internal interface IColumn
{
    void Clear();

    /// <summary>A parameter that always has the column's present values.</summary>
    NpgsqlParameter ToParameter();
}
