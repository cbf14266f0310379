using System.Diagnostics;

namespace Testing.Servers;

/// <summary>A file system of a few MiB in memory, which a spec can fill and make read-only. Mounting needs root.</summary>
public sealed class SmallDisk : IDisposable
{
    private const string Ballast = "ballast";

    /// <param name="mebibytes">Its size.</param>
    /// <param name="owner">Who may use it beside root.</param>
    public SmallDisk(int mebibytes, string? owner = null)
    {
        Directory.CreateDirectory(Path);
        Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m,mode=0755", "tmpfs", Path);
        if (owner is null)
            return;

        Run("chown", owner, Path);
    }

    public string Path { get; } = System.IO.Path.Combine("/tmp", $"shop-disk-{Guid.NewGuid():N}");

    /// <summary>Leaves no room at all.</summary>
    public void Fill()
    {
        using var file = new FileStream(System.IO.Path.Combine(Path, Ballast), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
                file.Write(page);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(System.IO.Path.Combine(Path, Ballast));

    /// <summary>For whoever comes from now on; nobody may have a file open for writing.</summary>
    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Path);

    public void MakeWritable() => Run("mount", "-o", "remount,rw", Path);

    public void Dispose()
    {
        // Lazily: a process that still has a file open keeps it until its end.
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed, and these specs need it (as root): {error}");
    }
}
