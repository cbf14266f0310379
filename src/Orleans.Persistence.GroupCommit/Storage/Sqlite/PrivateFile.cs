namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>Files and folders that hold customers' orders: for their owner alone.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    // errno on Linux, where nothing else is said.
    private const int WouldBlock = 11, NoSpace = 28, ReadOnlyFileSystem = 30, OverQuota = 122;
    private const int WouldBlockOnMacOS = 35, SharingViolationOnWindows = unchecked((int)0x80070020);

    /// <summary>Makes the folder, if it is not there. One that is there stays as it is: it may be for others, too.</summary>
    /// <exception cref="GroupCommitStartException">Says what is in the way.</exception>
    public static void MakeFolder(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, OwnerFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GroupCommitStartException($"The folder '{path}' cannot be made: {Why(e)}.", e);
        }
    }

    /// <summary>Opens a file for reading and writing, and makes it when it is not there: for its owner alone. One that is there keeps its rights.</summary>
    /// <exception cref="GroupCommitStartException">Says what is in the way.</exception>
    /// <exception cref="IOException">Somebody else has it, and does not share it.</exception>
    public static FileStream Open(string path, FileShare share)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerFile;

            return new FileStream(path, options);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && !IsHeld(e)))
        {
            throw new GroupCommitStartException($"The file '{path}' cannot be opened for writing: {(Directory.Exists(path) ? "a folder has this name" : Why(e))}.", e);
        }
    }

    /// <summary>Takes from everybody but the owner what a release of before left open.</summary>
    public static void Tighten(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path) || (File.GetUnixFileMode(path) & ~OwnerFile) == 0)
            return;

        try
        {
            File.SetUnixFileMode(path, OwnerFile);
        }
        catch (UnauthorizedAccessException)
        {
            // Only its owner can, and who else may use it is then the owner's business.
        }
    }

    /// <summary>Whether somebody else has the file, and does not share it: .NET has no type for that.</summary>
    public static bool IsHeld(Exception error) => error.HResult is WouldBlock or WouldBlockOnMacOS or SharingViolationOnWindows;

    private static string Why(Exception error) => error.HResult switch
    {
        NoSpace => "the disk is full",
        OverQuota => "the disk quota is used up",
        ReadOnlyFileSystem => "the file system is read-only",
        _ when error is UnauthorizedAccessException => $"the user '{Environment.UserName}' may not write there, or it belongs to somebody else",
        _ => error.Message.TrimEnd('.'),
    };
}
