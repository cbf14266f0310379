using Orleans.Serialization;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <inheritdoc cref="IDurableLog"/>
internal sealed class DurableLog(ICommitter committer, Serializer serializer) : IDurableLog
{
    // Together with a service's name, and four bytes a character, still less than an entry of PostgreSQL's indexes may have.
    private const int LongestLog = 100;
    private const int LongestEntity = 512;

    public Task Append<T>(string log, IReadOnlyList<DurableLogEntry<T>> entries, CancellationToken cancellationToken = default) where T : class
    {
        ThrowIfWrong(log, LongestLog, nameof(log));
        ArgumentNullException.ThrowIfNull(entries);
        cancellationToken.ThrowIfCancellationRequested();
        if (entries.Count == 0)
            return Task.CompletedTask;

        var rows = new LogRow[entries.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            var entry = entries[i];
            // Here, for this append alone: in a batch it would cost its neighbours further transactions.
            ThrowIfWrong(entry.Entity, LongestEntity, nameof(entries));
            if (entry.Value is null)
                throw new ArgumentException($"The entry {entry.Sequence} of '{entry.Entity}' has no value.", nameof(entries));

            rows[i] = new LogRow(entry.Entity, entry.Sequence, serializer.SerializeToArray(entry.Value));
        }

        var written = committer.Commit(new LogAppend(log, rows));
        return cancellationToken.CanBeCanceled ? written.WaitAsync(cancellationToken) : written;
    }

    private static void ThrowIfWrong(string name, int longest, string parameter)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("A name is missing.", parameter);
        if (name.Length > longest)
            throw new ArgumentException($"A name of {name.Length} characters is too long; {longest} are allowed.", parameter);
        if (name.Contains('\0', StringComparison.Ordinal) || !Utf16.IsValid(name))
            throw new ArgumentException("A name has a NUL character or half a surrogate pair.", parameter);
    }
}
