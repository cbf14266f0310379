namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>
/// The inner seam: all that a database has to do for the library. One implementation per database; no SQL anywhere else.
/// Thread-safe: <see cref="Commit"/> is called by one writer at a time, everything else by anybody.
/// </summary>
internal interface IDialect : IAsyncDisposable
{
    /// <summary>Takes the database for this process and creates or upgrades the schema. Called once, before all else.</summary>
    Task Open(bool applySchema, CancellationToken cancellationToken);

    /// <summary>What the database knows about the time; after <see cref="Open"/>.</summary>
    Task<StoreTime> ReadTime(CancellationToken cancellationToken);

    /// <summary>From now on, the time of this clock is stored while the database is written to, so that the next process does not begin before it.</summary>
    void Remember(SteadyClock clock);

    /// <summary>
    /// Smaller than every id (of outbox rows, of armings) given since <see cref="Open"/>, larger than all that were given before it:
    /// outbox rows up to it are an earlier process's, those after it come by <see cref="ICommitter.OutboxCommitted"/>.
    /// </summary>
    long IdsStartAfter { get; }

    /// <summary>Bytes in a write-ahead log that this process keeps; null when a server sees to that.</summary>
    long? LogSize => null;

    /// <summary>
    /// Applies a batch in one durable transaction. A <see cref="GrainWrite"/> whose expected version does not hold is left out, with its
    /// messages, and reported; the others are stored. Members apply in order, each sees what those before it did. Sets the ids of the outbox rows.
    /// </summary>
    /// <returns>
    /// For each write, in order: whether it was stored. A settle: whether the token still held. Less than the batch when some of it, from one
    /// member on, has to go into another transaction; at least one.
    /// </returns>
    /// <exception cref="BatchRejectedException">Nothing of the batch was stored, for certain.</exception>
    /// <exception cref="DatabaseAwayException">Nothing was sent: the same batch may come again.</exception>
    /// <exception cref="Exception">Any other: nothing can be said about what was stored.</exception>
    Task<bool[]> Commit(IReadOnlyList<WriteRequest> batch, CancellationToken cancellationToken);

    /// <summary>Refuses a key that no row can have.</summary>
    /// <exception cref="ArgumentException">What is wrong with it.</exception>
    void Verify(RowId row);

    /// <summary>Reads rows by (kind, key), with the entries of their maps. A row that does not exist is null. All keys were verified.</summary>
    Task<StoredRow?[]> Read(IReadOnlyList<RowId> rows, CancellationToken cancellationToken);

    /// <summary>
    /// Events, of the outbox and of logs, that are neither put aside nor behind their reader's position, in the order they were written, after
    /// <paramref name="afterId"/>.
    /// </summary>
    Task<IReadOnlyList<OutboxRow>> ReadOutbox(long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Where a reader was when this process began; 0: nowhere.</summary>
    Task<long> ReadPosition(string reader, CancellationToken cancellationToken) => Task.FromResult(0L);

    /// <summary>
    /// Armed messages that are due, earliest first, as many as there are places. Where several processes share the database, they are this one's to
    /// call for a while; where not, those in work may be among them.
    /// </summary>
    Task<IReadOnlyList<ScheduleRow>> ReadDue(DateTimeOffset now, int places, int inWork, CancellationToken cancellationToken);

    /// <summary>See <see cref="IDurableLog.IsWrittenByAll"/>. Where there is one process only, it is this one.</summary>
    Task<bool> AllLogTheirEvents(CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>For those who read logs; after <see cref="Open"/>.</summary>
    ILogStore Logs => throw new NotSupportedException();

    /// <summary>A read transaction for inspection.</summary>
    Task<IDialectSnapshot> OpenSnapshot(CancellationToken cancellationToken);
}

/// <summary>See <see cref="IDurableSnapshot"/>; raw bytes.</summary>
internal interface IDialectSnapshot : IAsyncDisposable
{
    IAsyncEnumerable<(string Key, long Version, byte[] Payload)> ReadRows(string kind, string? afterKey, string? beforeKey, CancellationToken cancellationToken);

    ValueTask<(string Key, long Version, byte[] Payload)?> ReadRow(string kind, string key, CancellationToken cancellationToken);

    IAsyncEnumerable<(string GrainKey, string Key, byte[] Payload)> ReadEntries(string kind, string map, CancellationToken cancellationToken);

    /// <param name="from">Only targets that are not before this one, ordinally; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<ScheduleRow> ReadScheduled(string? from, CancellationToken cancellationToken);

    ValueTask<OutboxDepth> ReadOutboxDepth(CancellationToken cancellationToken);

    /// <param name="log">Its name.</param>
    /// <param name="from">Only entities that are not before this one, ordinally; null for all.</param>
    /// <param name="before">Only entities that are before this one; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<LogRow> ReadLog(string log, string? from, string? before, CancellationToken cancellationToken);
}

internal readonly record struct RowId(string Kind, string Key);

/// <summary>A row as stored, with all entries of all its maps.</summary>
/// <param name="Payload">Empty: the state was cleared.</param>
internal sealed record StoredRow(long Version, byte[] Payload, IReadOnlyList<StoredEntry> Entries);

internal readonly record struct StoredEntry(string Map, string Key, byte[] Payload);

/// <summary>One unit of a batch: all or nothing.</summary>
internal abstract record WriteRequest;

/// <summary>A grain's state (or a row without a grain), the map entries that changed, and what leaves with it.</summary>
/// <param name="ExpectedVersion">The stored version it builds on; 0: the row must not exist. The new version is one more.</param>
internal sealed record GrainWrite(
    RowId Row,
    long ExpectedVersion,
    ReadOnlyMemory<byte> Payload,
    IReadOnlyList<EntryWrite> Entries,
    IReadOnlyList<OutboxRow> Outbox,
    IReadOnlyList<ScheduleWrite> Schedules) : WriteRequest
{
    /// <summary>Whoever writes it counts on finding the row there now and then: that is no conflict of two activations.</summary>
    public bool MayExist { get; init; }
}

/// <summary>Stored only if the row still has this version (0: does not exist); changes nothing.</summary>
internal sealed record VersionCheck(RowId Row, long ExpectedVersion) : WriteRequest;

/// <summary>Events without a state: a publish straight to an outbox stream, or what a dead process has left in its log.</summary>
internal sealed record OutboxAppend(IReadOnlyList<OutboxRow> Rows) : WriteRequest
{
    /// <summary>Stored with them: up to where they were taken.</summary>
    public PositionWrite? Taken { get; init; }
}

/// <summary>Delivered: the rows go.</summary>
internal sealed record OutboxRemove(IReadOnlyList<long> Ids) : WriteRequest;

/// <summary>
/// Cannot be read or delivered: they stay in the outbox, out of everybody's way. Those that have a place in a log are put there, as they would lie in it.
/// </summary>
internal sealed record OutboxQuarantine(IReadOnlyList<OutboxRow> Rows, string Reason) : WriteRequest;

/// <summary>How far a reader has come with what one process wrote. One of a reader and owner in a batch.</summary>
/// <param name="Reader">Who: the name of a stream provider.</param>
/// <param name="Owner">Who wrote; null: this process.</param>
/// <param name="Position">All events up to this id are dealt with,</param>
/// <param name="Late">but of these streams, each by <see cref="LateStreams.NameOf"/>, only those up to another one. Null: no exceptions.</param>
internal sealed record PositionWrite(string Reader, long? Owner, long Position, IReadOnlyDictionary<string, long>? Late) : WriteRequest;

/// <summary>Entries of a log; those whose place is taken are passed over. Always stored.</summary>
internal sealed record LogAppend(string Log, IReadOnlyList<LogRow> Rows) : WriteRequest
{
    /// <summary>When; null: nobody needs to know.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>Set by the dialect: the largest id that it gave to them.</summary>
    public long LastId { get; set; }
}

internal readonly record struct LogRow(string Entity, long Sequence, ReadOnlyMemory<byte> Payload);

/// <summary>
/// Takes over rows of the outbox that a dead process left, a page of them: they get ids of this one and are handed over as if it had written them.
/// </summary>
/// <param name="AfterId">Events after this one,</param>
/// <param name="LastId">up to this one,</param>
/// <param name="Limit">the first of them.</param>
internal sealed record OutboxAdopt(long AfterId, long LastId, int Limit) : WriteRequest
{
    /// <summary>Set by the dialect: those that are not quarantined, with their new ids, in order.</summary>
    public IReadOnlyList<OutboxRow> Rows { get; set; } = [];

    /// <summary>Set by the dialect: no more are left.</summary>
    public bool IsComplete { get; set; }
}

/// <summary>Removes (<paramref name="DueAt"/> null) or moves an armed message, if it still has this token.</summary>
/// <param name="NewToken">Of the moved row.</param>
internal sealed record ScheduleSettle(string Target, string Name, long Token, DateTimeOffset? DueAt, long NewToken, int Attempts) : WriteRequest;

/// <param name="Payload">Null: the entry goes.</param>
internal readonly record struct EntryWrite(string Map, string Key, ReadOnlyMemory<byte>? Payload);

/// <summary>An event on its way: in the outbox until it is delivered, or in a log, for ever.</summary>
/// <param name="Id">
/// 0 until it is stored: the dialect gives it at the insert, so that ids grow in the order of the commits, also across restarts, and are
/// never used again. Gaps are possible.
/// </param>
/// <param name="Payload">The serialized event.</param>
internal sealed record OutboxRow(long Id, string Provider, string StreamNamespace, string StreamKey, ReadOnlyMemory<byte> Payload, DateTimeOffset WrittenAt)
{
    public long Id { get; set; } = Id;

    /// <summary>The event itself, in the process that wrote it: spares the delivery there its deserialization. Not stored; null when the row was read.</summary>
    public object? Item { get; init; }

    /// <summary>The stream itself, in the process that wrote it: spares the hand-over there putting it together. Null when the row was read.</summary>
    public StreamId? Stream { get; private init; }

    /// <summary>Where it is kept in a log; null: in the outbox.</summary>
    public LogPlace? Place { get; init; }

    /// <summary>Whether anybody is to get it.</summary>
    public bool IsPublished => Provider.Length > 0;

    /// <param name="provider">Of the stream.</param>
    /// <param name="stream">Where the event goes.</param>
    /// <param name="payload">The serialized event.</param>
    /// <param name="writtenAt">UTC.</param>
    /// <param name="item">The event itself, if nobody changes it any more.</param>
    /// <param name="place">Where it is kept in a log.</param>
    public static OutboxRow For(
        string provider, StreamId stream, byte[] payload, DateTimeOffset writtenAt, object? item = null, LogPlace? place = null)
    {
        var (space, key) = (stream.GetNamespace() ?? "", stream.GetKeyAsString());
        return new OutboxRow(0, provider, space, key, payload, writtenAt)
        {
            Item = item,
            Place = place,
            // Bytes that are no text do not come back from the table as they were; such a stream must have one name everywhere.
            Stream = space.Contains('\uFFFD', StringComparison.Ordinal) || key.Contains('\uFFFD', StringComparison.Ordinal) ? null : stream,
        };
    }
}

/// <param name="Log">Its name.</param>
/// <param name="Entity">Whose event it is.</param>
/// <param name="Sequence">Its number among the entity's events.</param>
internal readonly record struct LogPlace(string Log, string Entity, long Sequence);

/// <param name="DueAt">Null: disarm.</param>
internal readonly record struct ScheduleWrite(string Target, string Name, long Token, DateTimeOffset? DueAt);

internal sealed record ScheduleRow(string Target, string Name, long Token, DateTimeOffset DueAt, int Attempts);

/// <summary>The database refused the batch and rolled it back.</summary>
/// <param name="message">Why.</param>
/// <param name="inner">The database's own error.</param>
/// <param name="isOfOneMember">The fault may lie in one member: committing them one by one finds the culprit. Otherwise it lies in the database.</param>
internal sealed class BatchRejectedException(string message, Exception inner, bool isOfOneMember = true) : Exception(message, inner)
{
    public bool IsOfOneMember => isOfOneMember;
}
