using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Orleans.Persistence.GroupCommit.Storage;
using Shop.Simulation.Cluster;

namespace Shop.Simulation.Machine;

/// <summary>What happened, for people. Only kept when somebody wants to read it.</summary>
internal sealed partial class Trace(Timeline timeline, bool wanted)
{
    private readonly List<string> lines = [];

    public bool IsWanted => wanted;

    public IReadOnlyList<string> Lines => lines;

    public void Note([InterpolatedStringHandlerArgument("")] Line line)
    {
        if (wanted)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{timeline.Elapsed:hh\\:mm\\:ss\\.ffff} {Short(line.ToString())}"));
    }

    public void Called(Call call, Activation at) =>
        Note($"{call.Caller.Name} → {at.Name}: {string.Join(", ", Said(call))}");

    public void Answered(Call call, Activation at, object? answer) =>
        Note($"{call.Caller.Name} ← {at.Name}: {call.Method}: {Told(answer)}");

    public void Stored(Process process, GrainWrite write, string what) =>
        Note($"{process.Name} stored {write.Row.Kind} {write.Row.Key} v{write.ExpectedVersion + 1} {what}");

    public void Conflicted(Process process, WriteRequest request) => Note($"{process.Name}: not stored, it has changed: {request switch
    {
        GrainWrite w => $"{w.Row.Kind} {w.Row.Key} v{w.ExpectedVersion + 1}",
        VersionCheck c => $"check of {c.Row.Kind} {c.Row.Key} v{c.ExpectedVersion}",
        ScheduleSettle s => $"settling the row of {s.Target}",
        _ => request.GetType().Name,
    }}");

    private static IEnumerable<string> Said(Call call) =>
        [call.Method, .. call.Arguments.Where(a => a is not null && a is not CancellationToken).Select(a => Brief(a!))];

    private static string Told(object? answer) => answer switch
    {
        null => "null",
        Exception e => $"{e.GetType().Name}: {e.Message}",
        Shop.Orders.OrderView view => $"v{view.Version} {view.Status}",
        _ => Brief(answer),
    };

    private static string Brief(object what)
    {
        var text = Short(what.ToString()!);
        return text.Length <= 160 ? text : text[..160] + "…";
    }

    // o:0000000f-0000-… is #15; what traces and empty records print is no news.
    private static string Short(string text) => Noise().Replace(
        OrderId().Replace(text, id => $"#{int.Parse(id.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)}"), "");

    [GeneratedRegex("(?:o:)?([0-9a-f]{8})-0000-0000-0000-000000000000")]
    private static partial Regex OrderId();

    [GeneratedRegex(@"(, )?Trace = TraceContext \{[^}]*\}| \{ \}|01/01/2026 | \+00:00|System\.Collections\.Immutable\.")]
    private static partial Regex Noise();

    /// <summary>Text that is put together only when it is wanted.</summary>
    [InterpolatedStringHandler]
    public ref struct Line
    {
        private DefaultInterpolatedStringHandler text;
        private readonly bool wanted;

        public Line(int literalLength, int formattedCount, Trace trace, out bool shouldAppend)
        {
            shouldAppend = wanted = trace.IsWanted;
            text = shouldAppend ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
        }

        public void AppendLiteral(string value) => text.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string? format) => text.AppendFormatted(value, format);

        public override string ToString() => wanted ? text.ToStringAndClear() : "";
    }
}
