using Testing.Packaging;

namespace GroupCommit.Specs.Packaging;

public sealed class When_a_stranger_installs_the_package(GroupCommitPackage package) : IClassFixture<GroupCommitPackage>
{
    [Fact]
    public async Task Should_build_and_run_what_the_readme_shows()
    {
        using var stranger = new Stranger();
        await stranger.Build(package, [.. package.Library.Examples.Take(2)]);

        Assert.Equal(["alice has 100"], await stranger.Run("alice"));
        Assert.Equal(["alice has 200"], await stranger.Run("alice"));
        Assert.True(File.Exists(Path.Combine(stranger.Folder, "data", "bank.db")));
    }

    [Fact]
    public async Task Should_follow_a_log_as_the_readme_does()
    {
        using var stranger = new Stranger();
        await stranger.Build(package, [package.Library.Examples[2]]);

        Assert.Equal(["tip 1: 100", "tip 2: 50", "tip 3: 20", "tips of bar: 170"], await stranger.Run("tip"));
    }
}
