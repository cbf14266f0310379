using System.Globalization;

namespace Shop.Benches.Load.Machine;

/// <summary>
/// The processor time of a process and of all that descend from it, also of those that have ended: a database server works in processes
/// that come and go. Reads /proc: Linux only.
/// </summary>
internal static class ProcessTree
{
    // USER_HZ, the unit of /proc: 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <param name="root">A process that is there.</param>
    public static double Seconds(int root)
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? Read(pid) : null)
            .OfType<Process>().ToList();
        var children = all.ToLookup(p => p.Parent);
        var tree = new Queue<Process>(all.Where(p => p.Id == root));
        if (tree.Count == 0)
            throw new InvalidOperationException($"The process {root}, whose processor time is asked for, has ended.");
        var ticks = 0.0;
        while (tree.TryDequeue(out var process))
        {
            ticks += process.Ticks;
            foreach (var child in children[process.Id])
                tree.Enqueue(child);
        }
        return ticks / TicksPerSecond;
    }

    public static int ParentOf(int pid) => Read(pid)?.Parent ?? throw new InvalidOperationException($"The process {pid} has ended.");

    private static Process? Read(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            // Ended meanwhile; its parent has its time as soon as it knows.
            return null;
        }
        // The second field is the command in parentheses and may hold anything, so fields are counted from its end: the parent is the
        // second, then utime 12th, stime 13th, and the same of the children that have ended and were waited for, 14th and 15th.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = fields.AsSpan(11, 4);
        return new Process(pid, int.Parse(fields[1], CultureInfo.InvariantCulture), Ticks(ticks[0]) + Ticks(ticks[1]) + Ticks(ticks[2]) + Ticks(ticks[3]));
    }

    private static double Ticks(string field) => double.Parse(field, CultureInfo.InvariantCulture);

    private sealed record Process(int Id, int Parent, double Ticks);
}
