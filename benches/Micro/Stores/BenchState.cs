using System.Globalization;
using System.Text;
using Orleans.Serialization;

namespace Shop.Benches.Micro.Stores;

/// <summary>A grain's state of a wanted size.</summary>
/// <param name="Revision">Differs with every write.</param>
/// <param name="Content">Text as states have it: compressible, but not blank.</param>
[GenerateSerializer, Alias("bench.state")]
internal sealed record BenchState([property: Id(0)] long Revision, [property: Id(1)] string Content)
{
    // Numbers are written in as few bytes as they need; this one needs as many as most of a run's.
    private const long TypicalRevision = 1_000;

    // Orleans' memory storage and serializers of other providers may want one.
    public BenchState() : this(0, "")
    {
    }

    public BenchState Next() => this with { Revision = Revision + 1 };

    /// <param name="bytes">As the Orleans serializer writes it.</param>
    /// <param name="seed">States of different rows differ.</param>
    /// <param name="serializer">Of the silo.</param>
    public static BenchState OfSize(int bytes, int seed, Serializer serializer)
    {
        var text = Text(bytes, seed);
        var excess = serializer.SerializeToArray(new BenchState(TypicalRevision, text)).Length - bytes;
        return new BenchState(0, text[..^excess]);
    }

    /// <summary>Some lines of an order.</summary>
    public static string Text(int length, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder(length + 80);
        while (text.Length < length)
        {
            text.Append(CultureInfo.InvariantCulture,
                $$"""{"product":"p-{{random.Next(100_000):D5}}","quantity":{{random.Next(1, 9)}},"price":{{random.Next(100, 99_999)}}},""");
        }
        return text.ToString(0, length);
    }
}

/// <summary>An event of an ordinary size, about 150 bytes.</summary>
[GenerateSerializer, Alias("bench.event")]
internal sealed record BenchEvent([property: Id(0)] string Key, [property: Id(1)] long Revision, [property: Id(2)] string Content);
