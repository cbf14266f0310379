using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>
/// A prepared statement that is bound and stepped without a reader, a parameter collection or a boxed value: at tens of thousands of
/// writes a second these cost more than SQLite itself. Not thread-safe, like the connection it belongs to.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackLimit = 256;

    // Throws at half a surrogate pair: replaced by U+FFFD, different keys would become the same.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0)
        {
            // An empty span has no address, which SQLite would take for NULL.
            Check(raw.sqlite3_bind_text(_statement, index, ""));
        }
        else if (value.Length <= StackLimit)
        {
            Span<byte> utf8 = stackalloc byte[StackLimit * 3];
            Check(raw.sqlite3_bind_text(_statement, index, utf8[..Utf8.GetBytes(value, utf8)]));
        }
        else
        {
            Check(raw.sqlite3_bind_text(_statement, index, Utf8.GetBytes(value)));
        }

        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    /// <summary>Goes to the next row; after the last one, the statement is ready to be bound again.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
            return true;

        if (code != raw.SQLITE_DONE)
        {
            // Before the reset, which keeps the code but not always the words.
            var error = Error(code);
            Reset();
            throw error;
        }

        Reset();
        return false;
    }

    /// <summary>Runs the statement to its end.</summary>
    /// <returns>How many rows an INSERT, UPDATE or DELETE changed.</returns>
    public int Execute()
    {
        while (Step())
        {
        }

        return raw.sqlite3_changes(_database);
    }

    /// <summary>The id of the row that was inserted last on this connection.</summary>
    public long InsertedId => raw.sqlite3_last_insert_rowid(_database);

    /// <summary>Ends a statement whose rows were not all read.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(_statement, column);

    // As bytes: column_text would end at an embedded NUL.
    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(_statement, column));

    /// <summary>The text; the very string that is known already if it is that one.</summary>
    public string Text(int column, string known)
    {
        var text = raw.sqlite3_column_blob(_statement, column);
        if (known.Length > StackLimit)
            return Encoding.UTF8.GetString(text);

        Span<byte> utf8 = stackalloc byte[StackLimit * 3];
        return text.SequenceEqual(utf8[..Encoding.UTF8.GetBytes(known, utf8)]) ? known : Encoding.UTF8.GetString(text);
    }

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Long(column));

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw Error(code);
    }

    private SqliteException Error(int code) => new(
        $"SQLite error {code}: {raw.sqlite3_errmsg(_database).utf8_to_string()}", code & 0xff, raw.sqlite3_extended_errcode(_database));
}
