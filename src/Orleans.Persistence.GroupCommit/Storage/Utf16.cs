namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>Strings can hold what no database takes for text.</summary>
internal static class Utf16
{
    /// <summary>Whether no surrogate is without its other half: replaced by U+FFFD, different keys would become the same.</summary>
    public static bool IsValid(string text) => !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || IsPaired(text);

    private static bool IsPaired(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
                return false;
        }

        return true;
    }
}
