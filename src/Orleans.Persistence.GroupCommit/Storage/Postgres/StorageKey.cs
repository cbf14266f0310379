using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// A grain key as the columns of Microsoft.Orleans.Persistence.AdoNet hold it (its default hasher): a Guid in <see cref="N0"/> and
/// <see cref="N1"/>, an integer in <see cref="N1"/>, each with the rest of a compound key as <see cref="Extension"/>; any other key is
/// all extension. That encoding reads a key's text and takes whatever looks like hex for a number. A key that would not come back
/// as it was written is refused, so that no two keys ever share a row. groupcommit_key (Key.sql) is the way back.
/// </summary>
internal readonly record struct StorageKey(int IdHash, long N0, long N1, string? Extension)
{
    /// <summary>The width of the columns, in characters as PostgreSQL counts them.</summary>
    private const int MaximumLength = 512;

    private const int GuidLength = 32;

    private static readonly SearchValues<char> LowerCase = SearchValues.Create("abcdef");
    private static readonly SearchValues<char> UpperCase = SearchValues.Create("ABCDEF");

    /// <exception cref="ArgumentException">The key cannot be stored, or not without being taken for another one.</exception>
    public static StorageKey Of(string key)
    {
        var plus = key.AsSpan().IndexOf('+');
        var first = plus < 0 ? key.AsSpan() : key.AsSpan(0, plus);
        if (!IsHex(first))
            return OfText(key);

        var extension = plus < 0 ? null : key[(plus + 1)..];
        if (first.Length == GuidLength)
            return OfGuid(key, first, extension);

        // More than 64 bits are no integer any more, but text again.
        var digits = first.TrimStart('0');
        return digits.Length > 16 ? OfText(key) : OfInteger(key, first, extension);
    }

    /// <summary>The hash of the column graintypehash.</summary>
    /// <exception cref="ArgumentException">The name cannot be stored.</exception>
    public static int HashOfType(string kind)
    {
        Verify(kind, "kind of state", kind);
        return Hash(kind, [], reverse: false);
    }

    /// <summary>What groupcommit_key makes of the columns.</summary>
    public static string TextOf(long n0, long n1, string? extension)
    {
        if (n0 == 0 && n1 == 0 && extension is not null)
            return extension;

        var number = n0 == 0 ? n1.ToString("X", CultureInfo.InvariantCulture) : GuidOf(n0, n1).ToString("N");
        return string.IsNullOrEmpty(extension) ? number : $"{number}+{extension}";
    }

    private static StorageKey OfText(string key)
    {
        Verify(key, "grain key", key);
        return new StorageKey(Hash(key, [], reverse: true), 0, 0, key);
    }

    private static StorageKey OfInteger(string key, ReadOnlySpan<char> number, string? extension)
    {
        var value = long.Parse(number, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var isAsWritten = (number.Length == 1 || number[0] != '0') && !number.ContainsAny(LowerCase);
        if (!isAsWritten || extension is "" || (value == 0 && extension is not null))
            throw Ambiguous(key, "an integer", TextOf(0, value, extension));

        Verify(extension ?? "", "extension of the grain key", key);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return new StorageKey(Hash(extension ?? "", bytes, reverse: true), 0, value, extension);
    }

    private static StorageKey OfGuid(string key, ReadOnlySpan<char> digits, string? extension)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.ParseExact(digits, "N").TryWriteBytes(bytes);
        var n0 = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var n1 = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        if (n0 == 0 || extension is "" || digits.ContainsAny(UpperCase))
            throw Ambiguous(key, "a Guid", TextOf(n0, n1, extension));

        Verify(extension ?? "", "extension of the grain key", key);
        return new StorageKey(Hash(extension ?? "", bytes, reverse: true), n0, n1, extension);
    }

    private static Guid GuidOf(long n0, long n1)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, n0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], n1);
        return new Guid(bytes);
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var digit in text)
        {
            if (!char.IsAsciiHexDigit(digit))
                return false;
        }

        return text.Length > 0;
    }

    // The provider hashes the bytes of a key last to first, those of a type's name first to last.
    private static int Hash(string text, ReadOnlySpan<byte> number, bool reverse)
    {
        var length = number.Length + Encoding.UTF8.GetByteCount(text);
        var bytes = length <= 512 ? stackalloc byte[length] : new byte[length];
        number.CopyTo(bytes);
        Encoding.UTF8.GetBytes(text, bytes[number.Length..]);
        if (reverse)
            bytes.Reverse();

        return (int)StableHash.ComputeHash(bytes);
    }

    private static void Verify(string text, string what, string whole)
    {
        if (!Utf16.IsValid(text))
            throw Refused(what, whole, "is no valid UTF-16 (a surrogate without its other half)");

        var characters = text.Length > MaximumLength ? text.EnumerateRunes().Count() : text.Length;
        if (characters > MaximumLength)
            throw Refused(what, whole, $"has {characters} characters; the column takes {MaximumLength}");

        if (text.Contains('\0', StringComparison.Ordinal))
            throw Refused(what, whole, "contains a NUL character, which PostgreSQL cannot store");
    }

    private static ArgumentException Refused(string what, string text, string why) => new($"The {what} '{Shown(text)}' {why}.");

    private static ArgumentException Ambiguous(string key, string number, string other) => new(
        $"The grain key '{Shown(key)}' is ambiguous: the key encoding of Orleans' AdoNet tables takes it for {number}, and it would come back as "
        + $"'{Shown(other)}', which is another grain's key. Give keys a prefix that is no hex digit, e.g. 'k:{Shown(key)}'.");

    private static string Shown(string text) => text.Length <= 80 ? text : $"{text.AsSpan(0, 77)}...";
}
