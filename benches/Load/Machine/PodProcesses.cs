using System.Diagnostics;
using System.Globalization;

namespace Shop.Benches.Load.Machine;

/// <summary>The processes of another pod on the same node, as one sees them that shares the node's process ids.</summary>
internal static class PodProcesses
{
    /// <summary>
    /// SIGKILL to all of a pod's processes that run a program: nothing in the pod can do that to its first process, and Kubernetes sends SIGTERM first.
    /// </summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The process may not be killed by this user.</exception>
    /// <param name="pod">The pod's uid: the names of its control groups have it.</param>
    /// <param name="program">A part of the command line.</param>
    /// <returns>How many.</returns>
    public static int Kill(string pod, string program)
    {
        // As systemd writes it.
        var spellings = new[] { pod, pod.Replace('-', '_') };
        var killed = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || Read(folder, "cgroup") is not { } groups || !spellings.Any(groups.Contains)
                || Read(folder, "cmdline")?.Contains(program, StringComparison.Ordinal) != true)
                continue;
            if (Kill(id))
                killed++;
        }

        return killed;
    }

    private static bool Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false; // It ended by itself since it was read.
        }
    }

    private static string? Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
