using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>What an error means for a batch.</summary>
internal static class SqliteErrors
{
    private const int SmallestPage = 4096;

    /// <summary>Whether the fault lies in the member whose statement failed, so that the others may do better without it.</summary>
    public static bool IsOfOneMember(Exception error) => error is not SqliteException sqlite || sqlite.SqliteErrorCode is
        raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;

    /// <summary>Whether the connection can be trusted afterwards. A full disk and a lock held elsewhere pass; broken I/O may have left it in any state.</summary>
    public static bool LeavesConnectionUsable(Exception error) => IsOfOneMember(error)
        || ((SqliteException)error).SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    /// <summary>The error in words that name the file and say what to do.</summary>
    public static IOException Describe(Exception error, string path)
    {
        if (error is not SqliteException sqlite)
            return new IOException(error is DatabaseFilesGoneException ? error.Message : $"The database '{path}' failed: {error.Message}", error);

        // Where its index of the log finds no room, SQLite says no more than that something failed.
        if (sqlite.SqliteErrorCode is raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN && IsDiskFull(path))
            sqlite = new SqliteException(sqlite.Message, raw.SQLITE_FULL, sqlite.SqliteExtendedErrorCode);

        return new IOException(Words(sqlite, path), sqlite);
    }

    /// <summary>The error in words that name nothing, for whoever asks whether all is well; null: nothing is known but that it failed.</summary>
    public static string? Reason(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "its disk is full",
        raw.SQLITE_IOERR => "its disk does not take what is written, or does not give what is read",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another connection holds a lock",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "its file is damaged",
        raw.SQLITE_READONLY or raw.SQLITE_PERM => "it is read-only",
        raw.SQLITE_CANTOPEN => "its file cannot be opened",
        raw.SQLITE_ERROR when error.Message.Contains("no such", StringComparison.Ordinal) => "it has not this release's tables",
        _ => null,
    };

    private static bool IsDiskFull(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace < SmallestPage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // The folder is gone, or its disk: then that is what is wrong.
        }
    }

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
