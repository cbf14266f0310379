using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;
using Testing.Servers;

namespace GroupCommit.Specs.Storage;

/// <summary>Each is called what it is: "in use" sends a person to look for a process that is not there.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed partial class When_a_SQLite_file_cannot_be_opened
{
    private const uint Nobody = 65534;

    [Fact]
    public async Task Should_name_a_read_only_file_system()
    {
        using var disk = new SmallDisk(mebibytes: 4);
        await (await Store.Open(new SqliteFile(At(disk)))).DisposeAsync();
        disk.MakeReadOnly();
        try
        {
            await Refused(At(disk), "is read-only");
            await Refused(Path.Combine(disk.Path, "deeper", "store.db"), "is read-only");
        }
        finally
        {
            disk.MakeWritable();
        }
    }

    [Fact]
    public async Task Should_name_a_full_disk_before_there_is_a_database()
    {
        using var disk = new SmallDisk(mebibytes: 1);
        disk.Fill();
        await Refused(At(disk), "full");
    }

    [Fact]
    public async Task Should_name_a_full_disk_with_a_database_on_it()
    {
        using var disk = new SmallDisk(mebibytes: 4);
        await (await Store.Open(new SqliteFile(At(disk)))).DisposeAsync();
        disk.Fill();
        await Refused(At(disk), "full");
        disk.MakeRoom();
        await using var store = await Store.Open(new SqliteFile(At(disk)));
        Assert.True(await store.Commit(Store.Write("a")));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".lock")]
    public async Task Should_name_a_folder_in_a_file_s_place(string file)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Database + file);
        await Refused(folder.Database, "a folder has this name");
    }

    [Fact]
    public async Task Should_name_a_file_where_its_folder_should_be()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Database, "");
        await Refused(Path.Combine(folder.Database, "store.db"), "cannot be made");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".lock")]
    public async Task Should_name_a_file_that_belongs_to_somebody_else(string file)
    {
        using var folder = new TestFolder();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111);
        await File.WriteAllTextAsync(folder.Database + file, "");
        File.SetUnixFileMode(folder.Database + file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        InvalidOperationException? error = null;
        var stranger = new Thread(() =>
        {
            // This thread alone, and for files alone, is another user: root could open everything.
            _ = SetUser(Nobody);
            using var dialect = new SqliteDialect(
                Options.Create(new GroupCommitOptions { DatabasePath = folder.Database }), Options.Create(new ClusterOptions { ServiceId = SpecDatabase.ServiceId }));
            error = Assert.Throws<GroupCommitStartException>(() => { _ = dialect.Open(applySchema: true, CancellationToken.None); });
        });
        stranger.Start();
        stranger.Join();

        Assert.Contains($"'{folder.Database}{file}'", error!.Message, StringComparison.Ordinal);
        Assert.Contains("belongs to somebody else", error.Message, StringComparison.Ordinal);
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetUser(uint user);

    private static string At(SmallDisk disk) => Path.Combine(disk.Path, "store.db");

    private static async Task Refused(string path, string why)
    {
        var error = await Assert.ThrowsAsync<GroupCommitStartException>(() => Store.Open(new SqliteFile(path)));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("in use", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
