using System.Text;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>What a text column cannot hold is refused before it is sent: in the middle of a batch it would fail its neighbours.</summary>
internal static class PostgresText
{
    /// <summary>The text, with something else for what cannot be stored: for words that only people read.</summary>
    public static string Storable(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', ' ');

    /// <exception cref="ArgumentException">The text has a NUL character or half a surrogate pair.</exception>
    public static string Checked(string text)
    {
        if (text is null)
            return text!; // The column says so.

        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"'{text.Replace("\0", "\\0", StringComparison.Ordinal)}' contains a NUL character, which PostgreSQL cannot store.");

        return Utf16.IsValid(text) ? text : throw new ArgumentException($"'{text}' is no valid UTF-16: a surrogate without its other half.");
    }
}
