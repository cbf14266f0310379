using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Shop.Operations;

/// <summary>Gathers what one invariant looked at and what it found wrong.</summary>
internal sealed class Findings(string id, string title)
{
    private const int Named = 20;

    private readonly ImmutableArray<string>.Builder offenders = ImmutableArray.CreateBuilder<string>();
    private long looked;
    private long wrong;

    /// <summary>One more entity was looked at.</summary>
    public void Next() => looked++;

    /// <summary>One more entity was looked at, and this has to hold for it.</summary>
    public void Look(bool holds, [InterpolatedStringHandlerArgument("holds")] Offence otherwise)
    {
        Next();
        Expect(holds, otherwise);
    }

    /// <summary>This has to hold for the entity looked at last.</summary>
    public void Expect(bool holds, [InterpolatedStringHandlerArgument("holds")] Offence otherwise)
    {
        if (holds)
            return;
        wrong++;
        if (offenders.Count < Named)
            offenders.Add(otherwise.ToString());
    }

    public InvariantCheck Close() => new(id, title, looked, wrong, offenders.ToImmutable());
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
