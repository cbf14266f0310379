using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>What an error means for a batch.</summary>
internal static class SqliteErrors
{
    /// <summary>Whether the fault lies in the member whose statement failed, so that the others may do better without it.</summary>
    public static bool IsOfOneMember(Exception error) => error is not SqliteException sqlite || sqlite.SqliteErrorCode is
        raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;

    /// <summary>Whether the connection can be trusted afterwards. A full disk and a lock held elsewhere pass; broken I/O may have left it in any state.</summary>
    public static bool LeavesConnectionUsable(Exception error) => IsOfOneMember(error)
        || ((SqliteException)error).SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    /// <summary>The error in words that name the file and say what to do.</summary>
    public static IOException Describe(Exception error, string path) => new(
        error is SqliteException sqlite ? Words(sqlite, path) : $"The database '{path}' failed: {error.Message}", error);

    private static string Words(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => $"There is no room for the database '{path}': the disk or the file's size limit is full ({error.Message}).",
        raw.SQLITE_IOERR => $"Reading or writing the database '{path}' failed ({error.Message}, code {error.SqliteExtendedErrorCode}).",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"Another connection (a backup, a shell) holds a lock on the database '{path}' ({error.Message}).",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => $"The file '{path}' is damaged or no SQLite database ({error.Message}).",
        raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM => $"The database '{path}' cannot be written ({error.Message}).",
        _ => $"The database '{path}' failed ({error.Message}).",
    };
}
