namespace GroupCommit.Specs.Packaging;

public sealed class When_a_stranger_installs_the_package(Package package) : IClassFixture<Package>
{
    [Fact]
    public async Task Should_build_and_run_what_the_readme_shows()
    {
        using var stranger = new Stranger();
        await stranger.Build(package);

        Assert.Equal(["alice has 100"], await stranger.Run());
        Assert.Equal(["alice has 200"], await stranger.Run());
        Assert.True(File.Exists(stranger.Database));
    }
}
