using Microsoft.Data.Sqlite;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>Connections that read: as many as are used at once, kept for the next.</summary>
internal sealed partial class SqliteDialect
{
    private SqliteConnection OpenReading() => OpenVerified(static database => database.OpenForReading());

    private SqliteConnection OpenVerified(Func<SqliteDatabase, SqliteConnection> open)
    {
        // What the path leads to may be another database by now, or nothing, and not what was committed here.
        _files?.Verify();
        var connection = open(Opened);
        try
        {
            _files?.Verify();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private Task<TResult> WithReader<TArgument, TResult>(TArgument argument, Func<SqliteReader, TArgument, TResult> read)
    {
        SqliteReader? reader = null;
        try
        {
            reader = _readers.TryTake(out var idle) ? idle : new SqliteReader(OpenReading());
            var result = read(reader, argument);
            // A commit that was not acknowledged because the files are gone can be read all the same, and must not be taken for stored.
            _files?.Verify();
            Keep(reader);
            return Task.FromResult(result);
        }
        catch (DatabaseFilesGoneException e)
        {
            // The connection is as good as before, should the files come back.
            if (reader is not null)
                Keep(reader);
            return Task.FromException<TResult>(SqliteErrors.Describe(e, options.Value.DatabasePath));
        }
        catch (SqliteException e)
        {
            reader?.Dispose();
            return Task.FromException<TResult>(SqliteErrors.Describe(e, options.Value.DatabasePath));
        }
        catch (Exception e)
        {
            reader?.Dispose();
            return Task.FromException<TResult>(e);
        }
    }

    private void Keep(SqliteReader reader)
    {
        _readers.Add(reader);
        // Whoever closes may have emptied it before.
        if (_closed && _readers.TryTake(out var late))
            late.Dispose();
    }
}
