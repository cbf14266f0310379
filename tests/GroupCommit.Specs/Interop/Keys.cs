using System.Globalization;

namespace GroupCommit.Specs.Interop;

/// <summary>Keys of every shape that can be stored.</summary>
internal static class Keys
{
    private const string Alphabet = "0123456789abcdefABCDEFxyz+-:# éß中😀";

    public static IEnumerable<string> Plain =>
    [
        "", " ", "+", "+1", "x", "xyz", "order:1", "k:01", "-1", "12g", "0x1", "CAFÉ", "#1", "a b", "1 ", " 1", "1-2", "é", "中文", "😀+😀",
        "12345678901234567", "FFFFFFFFFFFFFFFFF", "12345678901234567+1", "0012345678901234567", "abcdefabcdefabcdefabcdefabcdefa",
        "0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcdef0", new string('x', 512), string.Concat(Enumerable.Repeat("😀", 512)),
    ];

    public static IEnumerable<string> Numbers =>
    [
        "0", "1", "9", "A", "FF", "10", "CAFE", "7FFFFFFFFFFFFFFF", "8000000000000000", "FFFFFFFFFFFFFFFF", "1+x", "1++", "1+ ", "1+1", "CAFE+cafe",
        "FFFFFFFFFFFFFFFF+01", $"1+{new string('x', 512)}",
    ];

    public static IEnumerable<string> Guids =>
    [
        "0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff", "10000000000000000000000000000000", "00000000000000010000000000000000",
        "00000000100000000000000000000000", "0123456789abcdef0123456789abcdef+x", "0123456789abcdef0123456789abcdef+0123456789abcdef0123456789abcdef",
    ];

    /// <summary>The same ones at every run.</summary>
    public static IEnumerable<string> Random(int count)
    {
        var random = new Random(4711);
        for (var i = 0; i < count; i++)
        {
            var number = random.NextInt64() >> random.Next(64);
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length - 2)])]);
            yield return random.Next(6) switch
            {
                0 => (random.Next(2) == 0 ? number : -number).ToString("X", CultureInfo.InvariantCulture),
                1 => $"{number:X}+{text}",
                2 => Guid.NewGuid().ToString("N"),
                3 => $"{Guid.NewGuid():N}+{text}",
                _ => text,
            };
        }
    }
}
