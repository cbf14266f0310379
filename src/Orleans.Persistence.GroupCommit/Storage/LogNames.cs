namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>What logs and their entities may be called.</summary>
internal static class LogNames
{
    // Together with a service's name, and four bytes a character, still less than an entry of PostgreSQL's indexes may have.
    public const int LongestLog = 100;
    public const int LongestEntity = 512;

    /// <exception cref="ArgumentException">No entry can have such a name; the message says why.</exception>
    public static void ThrowIfWrong(string name, int longest, string parameter)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("A name is missing.", parameter);
        if (name.Length > longest)
            throw new ArgumentException($"A name of {name.Length} characters is too long; {longest} are allowed.", parameter);
        if (name.Contains('\0', StringComparison.Ordinal) || !Utf16.IsValid(name))
            throw new ArgumentException("A name has a NUL character or half a surrogate pair.", parameter);
    }
}
