using System.Text.RegularExpressions;
using Testing.Packaging;
using Testing.Servers;

namespace RabbitMq.Specs.Packaging;

public sealed partial class When_a_stranger_installs_the_package(RabbitMqPackage package) : BrokerSpec, IClassFixture<RabbitMqPackage>
{
    [Fact]
    public async Task Should_build_and_run_what_the_readme_shows()
    {
        using var stranger = new Stranger();
        await stranger.Build(package);

        Assert.Equal(["north: 3 pieces for A-1"], await stranger.Run("north", Url));
        await TheBrokerHasWhatTheReadmeSays();
    }

    private async Task TheBrokerHasWhatTheReadmeSays()
    {
        var queues = (await Host.Management.Queues()).OrderBy(queue => queue.Name, StringComparer.Ordinal).ToList();

        Assert.Equal([.. Enumerable.Range(0, 8).Select(number => $"default.events.{number}"), "default.events.dead-letters"], queues.Select(queue => queue.Name));
        Assert.Equal(SaidOf("| queues |"), ArgumentsOf(queues[0]));
        Assert.Equal(SaidOf("| dead letters: exchange and queue |"), ArgumentsOf(queues[^1]));
    }

    private static IEnumerable<string> ArgumentsOf(RabbitQueue queue) =>
        queue.Arguments.Select(argument => $"{argument.Key}={argument.Value}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> SaidOf(string row) =>
        Argument().Matches(RabbitMqPackage.RabbitMq.Readme.Split('\n').Single(line => line.StartsWith(row, StringComparison.Ordinal)))
            .Select(match => match.Groups["argument"].Value.Replace("shop.", "default.", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    [GeneratedRegex("`(?<argument>x-[^`]+)`")]
    private static partial Regex Argument();
}
