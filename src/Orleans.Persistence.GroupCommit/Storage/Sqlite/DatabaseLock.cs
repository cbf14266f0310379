namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>
/// Keeps a second process away: two of them would give out the same ids and hand over each other's outbox. SQLite's own locks last
/// for a transaction only. This one is held by an open file, so it ends with the process, however that ends. The file itself stays.
/// </summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _file;

    private DatabaseLock(FileStream file) => _file = file;

    public static DatabaseLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            return new DatabaseLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
        {
            throw new InvalidOperationException(
                $"The database '{databasePath}' is in use by another process (which holds '{path}'). One process at a time can open it.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidOperationException($"The lock file '{path}' cannot be opened for writing: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
