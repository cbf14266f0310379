using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs.Storage;

/// <summary>It holds what customers ordered: that is nobody's business but its owner's.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class When_a_SQLite_file_is_made : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybody = OwnerFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly string[] Files = ["", "-wal", "-shm", ".lock"];
    private readonly TestFolder _folder = new();

    private string Database => Path.Combine(_folder.Path, "data", "store.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Should_be_its_owner_s_alone()
    {
        await using var store = await Store.Open(new SqliteFile(Database));
        Assert.True(await store.Commit(Store.Write("a")));

        Assert.All(Files, file => Assert.Equal(OwnerFile, File.GetUnixFileMode(Database + file)));
        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Database)!));
    }

    [Fact]
    public async Task Should_be_taken_from_others_who_could_read_it_before()
    {
        await (await Store.Open(new SqliteFile(Database))).DisposeAsync();
        await File.WriteAllTextAsync(Database + "-wal", "");
        foreach (var file in (string[])["", "-wal", ".lock"])
            File.SetUnixFileMode(Database + file, Everybody);

        await using var store = await Store.Open(new SqliteFile(Database));
        Assert.All(Files, file => Assert.Equal(OwnerFile, File.GetUnixFileMode(Database + file)));
    }

    [Fact]
    public async Task Should_leave_the_rights_of_another_application_s_database_alone()
    {
        var path = _folder.Database;
        using (var other = new SqliteDatabase(path, TimeSpan.FromSeconds(5)).Open())
            SqliteDatabase.Run(other, "CREATE TABLE theirs (a)");
        File.SetUnixFileMode(path, Everybody);

        await Assert.ThrowsAsync<GroupCommitStartException>(() => Store.Open(new SqliteFile(path)));
        Assert.Equal(Everybody, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task Should_leave_a_folder_that_is_there_as_it_is()
    {
        var before = Everybody | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(_folder.Path, before);
        await using var store = await Store.Open(new SqliteFile(_folder.Database));
        Assert.Equal(before, File.GetUnixFileMode(_folder.Path));
    }
}
