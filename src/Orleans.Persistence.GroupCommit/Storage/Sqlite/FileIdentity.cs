using System.Runtime.InteropServices;
using System.Text;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>Which file a name leads to. The number of a file that somebody has open is given to no other one.</summary>
/// <param name="Device">The file system that it is on.</param>
/// <param name="Inode">Its number there.</param>
/// <param name="Size">In bytes; no part of the identity.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, long Size)
{
    // Struct statx of Linux: the same on every architecture, other than struct stat.
    private const int StatxSize = 256, InodeAt = 32, SizeAt = 40, DeviceMajorAt = 136, DeviceMinorAt = 140;
    private const int NotPermitted = 1, NotImplemented = 38; // EPERM, ENOSYS
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint InodeAndSize = 0x100 | 0x200; // STATX_INO, STATX_SIZE

    private static volatile bool _hasStatx = OperatingSystem.IsLinux();

    public bool IsSameAs(FileIdentity other) => (Device, Inode) == (other.Device, other.Inode);

    /// <summary>A path as the system takes it, made once: it is asked for after each commit.</summary>
    public static byte[] Name(string path) => Encoding.UTF8.GetBytes(path + '\0');

    /// <summary>Does not open the file: closing it would drop all locks that SQLite has on it in this process.</summary>
    /// <returns>Null when there is no such file. Where the system does not say which one it is, all files are the same.</returns>
    public static FileIdentity? Of(string path, byte[] name)
    {
        if (_hasStatx)
        {
            try
            {
                Span<byte> answer = stackalloc byte[StatxSize];
                if (Statx(CurrentDirectory, name, 0, InodeAndSize, answer) == 0)
                {
                    return new FileIdentity(
                        ((ulong)Number(answer, DeviceMajorAt) << 32) | Number(answer, DeviceMinorAt),
                        MemoryMarshal.Read<ulong>(answer[InodeAt..]), MemoryMarshal.Read<long>(answer[SizeAt..]));
                }

                if (Marshal.GetLastPInvokeError() is not (NotPermitted or NotImplemented))
                    return null;

                _hasStatx = false; // The kernel or a container's filter of calls is too old.
            }
            catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
            {
                _hasStatx = false; // Another C library, or one of before 2018.
            }
        }

        var file = new FileInfo(path);
        return file.Exists ? new FileIdentity(0, 0, file.Length) : null;
    }

    private static uint Number(ReadOnlySpan<byte> answer, int at) => MemoryMarshal.Read<uint>(answer[at..]);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(int directory, byte[] path, int flags, uint mask, Span<byte> answer);
}
