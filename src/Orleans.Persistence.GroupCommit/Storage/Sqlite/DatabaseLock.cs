namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>
/// Keeps a second process away: two of them would give out the same ids and hand over each other's outbox. SQLite's own locks last
/// for a transaction only. This one is held by an open file, so it ends with the process, however that ends. The file itself stays.
/// </summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _file;

    private DatabaseLock(FileStream file) => _file = file;

    public static string PathOf(string databasePath) => databasePath + ".lock";

    /// <exception cref="GroupCommitStartException">Another process has it, or the file cannot be made or opened: says which, and why.</exception>
    public static DatabaseLock Take(string databasePath)
    {
        var path = PathOf(databasePath);
        try
        {
            return new DatabaseLock(PrivateFile.Open(path, FileShare.None));
        }
        catch (IOException e) when (PrivateFile.IsHeld(e))
        {
            throw new GroupCommitStartException(
                $"The database '{databasePath}' is in use by another process (which holds '{path}'). One process at a time can open it.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
