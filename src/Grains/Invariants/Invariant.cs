using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Shop.Operations;

namespace Shop.Invariants;

/// <summary>What holds in the shop's books at every moment: what was looked at, and what was found that breaks it.</summary>
/// <param name="id">As docs/invariants.md names it.</param>
/// <param name="title">What it says, in a line.</param>
internal abstract class Invariant(string id, string title)
{
    private const int Named = 20;

    private readonly ImmutableArray<string>.Builder offenders = ImmutableArray.CreateBuilder<string>();
    private long looked;
    private long wrong;

    /// <summary>Nothing more is looked at.</summary>
    public InvariantCheck Close() => new(id, title, looked, wrong, offenders.ToImmutable());

    /// <summary>One more entity is looked at.</summary>
    protected void Next() => looked++;

    /// <summary>One more entity was looked at, and this has to hold for it.</summary>
    protected void Look(bool holds, [InterpolatedStringHandlerArgument("holds")] Offence otherwise)
    {
        Next();
        Expect(holds, otherwise);
    }

    /// <summary>This has to hold for the entity looked at last.</summary>
    protected void Expect(bool holds, [InterpolatedStringHandlerArgument("holds")] Offence otherwise)
    {
        if (holds)
            return;
        wrong++;
        if (offenders.Count < Named)
            offenders.Add(otherwise.ToString());
    }
}

/// <summary>Text that is only put together when something is wrong: hundreds of thousands of checks hold.</summary>
[InterpolatedStringHandler]
internal ref struct Offence
{
    private DefaultInterpolatedStringHandler text;

    public Offence(int literalLength, int formattedCount, bool holds, out bool isOffence)
    {
        isOffence = !holds;
        text = isOffence ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string value) => text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

    public override string ToString() => text.ToStringAndClear();
}
