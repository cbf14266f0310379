using System.IO.Hashing;
using System.Text;

namespace Shop.Simulation.Machine;

/// <summary>
/// Everything in a run that could have been otherwise. Split into named streams, one for each customer, process and so on, so that taking
/// one choice back leaves the others what they were: that is what makes a failing run small enough to read.
/// </summary>
internal sealed class Choices
{
    private readonly Dictionary<string, Chooser> choosers = new(StringComparer.Ordinal);
    private readonly ulong seed;
    private readonly Script? script;

    /// <summary>A new run.</summary>
    public Choices(ulong seed) => this.seed = seed;

    /// <summary>A run over again, as it was or with some choices taken back.</summary>
    public Choices(Script script) => this.script = script;

    public Chooser Of(string stream)
    {
        if (!choosers.TryGetValue(stream, out var chooser))
        {
            chooser = script is null
                ? new Chooser(seed ^ XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(stream)))
                : new Chooser(script.Of(stream));
            choosers.Add(stream, chooser);
        }

        return chooser;
    }

    /// <summary>What was chosen, to be repeated.</summary>
    public Script Record() => new(choosers.ToDictionary(c => c.Key, c => c.Value.Made.ToArray()));
}

/// <summary>The choices of a run, by stream. What is past the end of a stream, or in no stream, is harmless: nothing fails, nothing waits.</summary>
internal sealed record Script(IReadOnlyDictionary<string, int[]> Streams)
{
    /// <summary>How many choices are not harmless.</summary>
    public int Weight => Streams.Values.Sum(choices => choices.Count(c => c != 0));

    public int[] Of(string stream) => Streams.GetValueOrDefault(stream) ?? [];

    public Script With(string stream, int[] choices) =>
        new(new Dictionary<string, int[]>(Streams.ToDictionary(), StringComparer.Ordinal) { [stream] = choices });
}

/// <summary>One stream of choices. 0 is always the harmless one.</summary>
internal sealed class Chooser
{
    private readonly int[]? given;
    private ulong state;

    public Chooser(ulong seed) => state = seed;

    public Chooser(int[] given) => this.given = given;

    public List<int> Made { get; } = [];

    /// <summary>One of 0 to <paramref name="count"/> - 1.</summary>
    public int Next(int count)
    {
        var choice = given is null ? (int)(Random() % (uint)count)
            : Made.Count < given.Length ? Math.Min(given[Made.Count], count - 1)
            : 0;
        Made.Add(choice);
        return choice;
    }

    /// <summary>Whether something with this chance happens.</summary>
    public bool Chance(int inThousand) => Next(1000) >= 1000 - inThousand;

    /// <summary>One of these; the first is the harmless one.</summary>
    public T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];

    /// <summary>How long something takes: mostly next to nothing, seldom very long.</summary>
    public TimeSpan Delay() => Next(1000) switch
    {
        < 800 and var n => TimeSpan.FromMilliseconds(0.2 + (n / 200.0)),
        < 960 and var n => TimeSpan.FromMilliseconds(n - 795),
        < 997 and var n => TimeSpan.FromMilliseconds((n - 955) * 100),
        var n => TimeSpan.FromSeconds((n - 996) * 15),
    };

    /// <summary>A moment within this time from now.</summary>
    public TimeSpan Within(TimeSpan limit) => limit * (Next(10_000) / 10_000.0);

    // SplitMix64: the same numbers on every machine and every version of the runtime.
    private ulong Random()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
