using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Hosting;

/// <summary>Orleans logs the options of a silo when it starts.</summary>
public sealed class When_options_are_logged
{
    [Fact]
    public void Should_show_all_but_the_connection_string()
    {
        using var host = Host.CreateDefaultBuilder()
            .UseOrleans(silo => silo.UseLocalhostClustering().AddGroupCommit(options =>
            {
                options.ConnectionString = "Host=nowhere;Password=tell-nobody";
                options.MaximumBatch = 77;
            }))
            .Build();

        var lines = host.Services.GetServices<IOptionFormatter>()
            .Single(formatter => formatter.Name == typeof(GroupCommitOptions).FullName).Format().ToList();

        Assert.Contains("MaximumBatch: 77", lines);
        Assert.DoesNotContain(lines, line => line.Contains("tell-nobody", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ConnectionString: ", StringComparison.Ordinal));
    }
}
