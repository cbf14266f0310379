using Kubernetes.Cluster;

namespace Kubernetes.NextRelease;

/// <summary>The next release is this one and a patch: a migration that only adds, and a field more in a stored record. It has to keep up with what it changes.</summary>
public sealed class When_the_next_release_is_made
{
    private const string Patch = "tests/Kubernetes/NextRelease/next-release.patch";

    [Fact]
    public async Task Should_find_its_patch_applicable()
    {
        var (code, output, errors) = await Tool.Try("git", ["apply", "--check", Patch], TestContext.Current.CancellationToken);

        Assert.True(code == 0, $"{Patch} does not apply any more; make the same changes by hand and write it anew with git diff:\n{output}{errors}");
    }

    [Fact]
    public void Should_change_the_tables_and_a_stored_record()
    {
        var added = File.ReadAllLines(Path.Combine(KubernetesSettings.Repository, Patch)).Where(line => line.StartsWith('+')).ToList();

        Assert.Contains(added, line => line.Contains(".sql", StringComparison.Ordinal));
        Assert.Contains(added, line => line.Contains("[Id(", StringComparison.Ordinal));
    }
}
