using Helm.Specs.Rendering;

namespace Helm.Specs.Values;

public sealed class When_the_README_is_read
{
    [Fact]
    public async Task Should_have_every_value_as_it_is()
    {
        var ended = await KubernetesTool.Start(Repository.At("scripts", "chart-readme"), ["--check"], input: null);

        Assert.True(ended.Code == 0, ended.Output + ended.Complaints);
    }

    [Fact]
    public void Should_have_the_profiles_that_there_are()
    {
        var readme = Repository.Read("helm/orleans-shop/README.md");

        Assert.All(Directory.EnumerateFiles(Repository.At("helm", "orleans-shop", "profiles"), "*.yaml").Select(Path.GetFileNameWithoutExtension),
            profile => Assert.Contains(profile!, readme, StringComparison.Ordinal));
    }
}
