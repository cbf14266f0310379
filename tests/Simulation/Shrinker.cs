using Shop.Simulation.Machine;

namespace Shop.Simulation;

/// <summary>
/// Makes a failing run small: takes choices back, whole streams first and then less and less, as long as the same law is broken.
/// </summary>
internal sealed class Shrinker(Func<Script, bool> stillBreaks, int tries)
{
    private int left = tries;

    private bool MayGoOn => left > 0;

    public Script Shrink(Script script)
    {
        for (var weight = int.MaxValue; script.Weight < weight && MayGoOn;)
        {
            weight = script.Weight;
            script = WithoutStreams(script);
            foreach (var stream in script.Streams.Keys.Order(StringComparer.Ordinal))
                script = WithLess(script, stream);
        }

        return script;
    }

    /// <summary>Half of them at once, a quarter …, each alone.</summary>
    private Script WithoutStreams(Script script)
    {
        for (var size = script.Streams.Count; size > 0; size /= 2)
        {
            foreach (var names in script.Streams.Where(s => s.Value.Any(c => c != 0)).Select(s => s.Key).Order(StringComparer.Ordinal).Chunk(size).ToList())
                script = TryTo(script, names.Aggregate(script, (less, name) => less.With(name, [])));
        }

        return script;
    }

    private Script WithLess(Script script, string stream)
    {
        for (var size = script.Of(stream).Length; size > 0 && MayGoOn; size /= 2)
        {
            for (var from = 0; from < script.Of(stream).Length; from += size)
            {
                int[] choices = [.. script.Of(stream)];
                var block = choices.AsSpan(from, Math.Min(size, choices.Length - from));
                if (block.IndexOfAnyExcept(0) < 0)
                    continue;
                block.Clear();
                script = TryTo(script, script.With(stream, choices));
            }
        }

        return script;
    }

    private Script TryTo(Script script, Script less)
    {
        if (less.Weight >= script.Weight || !MayGoOn)
            return script;
        left--;
        return stillBreaks(less) ? less : script;
    }
}
