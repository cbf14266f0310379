using System.Globalization;
using System.Text.RegularExpressions;

namespace Shop.Benches.Load.Comparing;

/// <summary>What one run of W1 said last.</summary>
/// <param name="What">What ran: a commit, or a number of silos.</param>
internal sealed partial record ComparedRun(string What, double OrdersPerSecond, double CpuMs, long Violations)
{
    /// <param name="line">What ran, a tab, and the last line of <c>./bench w1</c>.</param>
    /// <exception cref="ArgumentException">That line is another one.</exception>
    public static ComparedRun Parse(string line)
    {
        var match = Line().Match(line);
        if (!match.Success)
            throw new ArgumentException($"No result of w1: '{line}'.");
        return new ComparedRun(match.Groups["what"].Value, Number(match, "orders"), Number(match, "cpu"), (long)Number(match, "violations"));
    }

    private static double Number(Match match, string group) => double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<what>[^\t]+)\tconfirmed (?<orders>\d+(\.\d+)?) orders/s, (?<cpu>\d+(\.\d+)?) CPU-ms/order, (?<violations>\d+) violations$")]
    private static partial Regex Line();
}
