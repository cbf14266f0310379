using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>
/// The files of an open database: the database itself, its write-ahead log, the log's index and the lock. What is committed to files that the path does not
/// lead to any more is gone with the process: nobody may be told that it is stored. Thread-safe.
/// </summary>
internal sealed class DatabaseFiles
{
    private const int Database = 0, Log = 1;

    private readonly (string Path, byte[] Name, FileIdentity Identity)[] _files;
    private long _databaseSize, _logSize, _logSizeCommitted;

    private DatabaseFiles((string, byte[], FileIdentity Identity)[] files) =>
        (_files, _databaseSize, _logSizeCommitted) = (files, files[Database].Identity.Size, files[Log].Identity.Size);

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
        return new DatabaseFiles(files);
    }

    /// <summary>Ends when all are in their places. The same ones that come back are as good as before.</summary>
    /// <exception cref="DatabaseFilesGoneException">One was removed, cut short, or another one is in its place.</exception>
    public void Verify() => Look(_files.Length, logSize: 0);

    /// <summary>For the one who writes, before a commit: only inside one is the log shortened, and the database never.</summary>
    /// <param name="all">Or those two alone, which are cheap to look at.</param>
    /// <exception cref="DatabaseFilesGoneException">See <see cref="Verify"/>.</exception>
    public void VerifyBeforeCommit(bool all) => Look(all ? _files.Length : Log + 1, _logSizeCommitted);

    /// <summary>For the one who writes, after a commit, and before anybody is told of it.</summary>
    /// <exception cref="DatabaseFilesGoneException">See <see cref="Verify"/>.</exception>
    public void VerifyCommitted()
    {
        var databaseSize = Look(_files.Length, Math.Min(_logSizeCommitted, SqliteDatabase.LogSizeLimit));
        Interlocked.Exchange(ref _databaseSize, databaseSize);
        _logSizeCommitted = LogSize;
    }

    /// <summary>A commit has failed: perhaps after the log was shortened.</summary>
    public void CommitFailed() => _logSizeCommitted = Math.Min(_logSizeCommitted, SqliteDatabase.LogSizeLimit);

    /// <returns>The size of the database.</returns>
    private long Look(int count, long logSize)
    {
        var databaseSize = 0L;
        for (var i = 0; i < count; i++)
        {
            var (path, name, identity) = _files[i];
            if (FileIdentity.Of(path, name) is not { } found || !found.IsSameAs(identity))
                throw new DatabaseFilesGoneException(path);

            // In place, as cp and a shell's > do it: the file is the same, what was in it is not.
            if ((i == Database && found.Size < Interlocked.Read(ref _databaseSize)) || (i == Log && found.Size < logSize))
                throw new DatabaseFilesGoneException(path);

            if (i == Database)
                databaseSize = found.Size;
            else if (i == Log)
                Interlocked.Exchange(ref _logSize, found.Size);
        }

        return databaseSize;
    }
}

/// <summary>The path of an open database leads to another file, to none, or to one that lost some of what it had.</summary>
/// <param name="path">Which one.</param>
internal sealed class DatabaseFilesGoneException(string path) : IOException(
    $"The file '{path}' was removed or replaced while the database is open. What would be written is lost at the next start, so nothing is written. " +
    "Put the same files back, or restart the process on those that are there.");
