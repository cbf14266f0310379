using System.Diagnostics;

namespace Testing.Servers;

/// <summary>A server in a folder of its own, by one of the programs under <c>scripts</c>.</summary>
internal sealed class ServerScript
{
    private readonly string _path;

    /// <param name="name">The program's name, from which the folder has its own.</param>
    public ServerScript(string name)
    {
        var services = Environment.GetEnvironmentVariable("SHOP_SERVICES") is { Length: > 0 } given ? given : Path.GetTempPath();
        Folder = Path.Combine(services, $"{name}-{Guid.NewGuid():N}");
        _path = Find(name);
    }

    public string Folder { get; }

    /// <returns>What it prints.</returns>
    public string Run(string verb, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(_path, [verb, Folder, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = process.StandardError.ReadToEndAsync();
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? answer.Trim()
            : throw new InvalidOperationException($"{_path} {verb} failed: {complaints.GetAwaiter().GetResult()}");
    }

    public void Remove()
    {
        Run("kill");
        Directory.Delete(Folder, recursive: true);
    }

    private static string Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "scripts", name);
            if (File.Exists(script))
                return script;
        }

        throw new InvalidOperationException($"No folder above the specs has scripts/{name}.");
    }
}
