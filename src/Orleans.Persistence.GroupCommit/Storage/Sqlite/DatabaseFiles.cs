using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>
/// The files of an open database: the database itself, its write-ahead log, the log's index and the lock. What is committed to files that the path does not
/// lead to any more is gone with the process: nobody may be told that it is stored. Thread-safe.
/// </summary>
internal sealed class DatabaseFiles
{
    private readonly (string Path, byte[] Name, FileIdentity Identity)[] _files;
    private readonly int _log;
    private long _logSize;

    private DatabaseFiles((string, byte[], FileIdentity)[] files, int log) => (_files, _log) = (files, log);

    /// <summary>Of the write-ahead log, in bytes, at the last look.</summary>
    public long LogSize => Interlocked.Read(ref _logSize);

    /// <param name="databasePath">Of the database, as it was given.</param>
    /// <param name="connection">One to it that stays open: SQLite removes log and index with the last one.</param>
    public static DatabaseFiles Of(string databasePath, SqliteConnection connection)
    {
        // SQLite follows links, and has its other files beside the file that it finds.
        var found = raw.sqlite3_db_filename(connection.Handle!, "main").utf8_to_string();
        string[] paths = [databasePath, $"{found}-wal", $"{found}-shm", DatabaseLock.PathOf(databasePath)];
        var files = Array.ConvertAll(paths, path =>
        {
            var name = FileIdentity.Name(path);
            return (path, name, FileIdentity.Of(path, name) ?? throw new DatabaseFilesGoneException(path));
        });
        return new DatabaseFiles(files, log: 1);
    }

    /// <summary>Ends when all are in their places. The same ones that come back are as good as before.</summary>
    /// <exception cref="DatabaseFilesGoneException">One was removed, or another one is in its place.</exception>
    public void Verify()
    {
        for (var i = 0; i < _files.Length; i++)
        {
            var (path, name, identity) = _files[i];
            if (FileIdentity.Of(path, name) is not { } found || !found.IsSameAs(identity))
                throw new DatabaseFilesGoneException(path);

            if (i == _log)
                Interlocked.Exchange(ref _logSize, found.Size);
        }
    }
}

/// <summary>The path of an open database leads to another file, or to none.</summary>
/// <param name="path">Which one.</param>
internal sealed class DatabaseFilesGoneException(string path) : IOException(
    $"The file '{path}' was removed or replaced while the database is open. What would be written is lost at the next start, so nothing is written. " +
    "Put the same files back, or restart the process on those that are there.");
