using System.Text.RegularExpressions;

namespace Grains.Specs.Tables;

/// <summary>
/// A table as people write it: a state on a line of its own, and below it, indented, a line for each input with what comes of it. A state
/// that is nearly another one is headed <c>State: as Other, but</c> (or only <c>as Other</c>); what it does not name is as in the other, and "nothing" is nothing.
/// </summary>
internal sealed partial class WrittenTable
{
    private const string Nothing = "nothing";

    private readonly Dictionary<string, string?> states = [];
    private readonly Dictionary<(string State, string Input), string> cells = [];

    public WrittenTable(string text)
    {
        var state = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith(' '))
            {
                var header = Header().Match(line.Trim());
                state = header.Groups["state"].Value;
                states.Add(state, header.Groups["like"] is { Success: true } like ? like.Value : null);
            }
            else if (Cell().Match(line) is { Success: true } cell)
            {
                cells.Add((state, cell.Groups["input"].Value), cell.Groups["comes"].Value.Trim());
            }
            else
            {
                throw new FormatException($"No input and what comes of it: '{line}'");
            }
        }
    }

    public IEnumerable<string> States => states.Keys;

    /// <summary>The cells that are written down.</summary>
    public IEnumerable<(string State, string Input)> Written => cells.Keys;

    /// <summary>What comes of it; empty for nothing.</summary>
    public string this[string state, string input] => cells.TryGetValue((state, input), out var comes)
        ? (comes == Nothing ? "" : comes)
        : states[state] is { } like ? this[like, input] : "";

    [GeneratedRegex("^(?<state>.*?)(?:: as (?<like>.*?)(?:, but)?)?$")]
    private static partial Regex Header();

    [GeneratedRegex(@"^ +(?<input>\S.*?)(?:  +| (?=→))(?<comes>\S.*)$")]
    private static partial Regex Cell();
}
