using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Persistence.GroupCommit.Storage.Sqlite;

/// <summary>
/// SQLite in this process: one connection writes, a few read beside it. Everything runs on the caller's thread; SQLite has no waiting to
/// give away.
/// </summary>
/// <param name="options">Where the file is.</param>
/// <param name="cluster">Whose rows are meant.</param>
/// <param name="logger">Is told what an operator should know.</param>
/// <param name="readers">The stream providers that deliver what is logged.</param>
internal sealed partial class SqliteDialect(
    IOptions<GroupCommitOptions> options, IOptions<ClusterOptions> cluster, ILogger<SqliteDialect>? logger = null, IReadOnlyList<string>? readers = null)
    : IDialect, IDisposable
{
    /// <summary>A write-ahead log this long means that something keeps it from starting anew, a reader most likely: at work it is some 64 MiB long.</summary>
    public const long LongLog = 256L << 20;

    // The opening's number goes into the upper bits of every id: 8 million openings, a million million ids in each.
    private const int BitsPerOpening = 40;

    private readonly ILogger _logger = logger ?? NullLogger<SqliteDialect>.Instance;
    private readonly ConcurrentBag<SqliteReader> _readers = [];
    private readonly Lock _writing = new();

    // Grains' commits and projections write in turns: the file's own lock is waited for by looking again and again, and not for ever.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SqliteDatabase? _database;
    private DatabaseLock? _lock;
    private SqliteConnection? _anchor;
    private DatabaseFiles? _files;
    private SqliteWriter? _writer;
    private bool _filesAreGone;
    private SteadyClock? _clock;
    private long _lastOutboxId;
    private long _warnAbove = LongLog;
    private volatile bool _closed;

    public long IdsStartAfter { get; private set; }

    /// <summary>Bytes in the write-ahead log at the last commit.</summary>
    public long? LogSize => _files?.LogSize ?? 0;

    /// <summary>The writing connection: lets specs set the limits and cause the faults that a disk would.</summary>
    internal SqliteConnection? Writer => _writer?.Connection;

    public Task Open(bool applySchema, CancellationToken cancellationToken)
    {
        var database = new SqliteDatabase(options.Value.DatabasePath, options.Value.BusyTimeout);
        PrivateFile.MakeFolder(Path.GetDirectoryName(database.Path)!);
        _lock = DatabaseLock.Take(database.Path);
        try
        {
            // Before SQLite has it open: a new file is for its owner alone from the start.
            PrivateFile.Open(database.Path, FileShare.ReadWrite | FileShare.Delete).Dispose();
            var identity = new ServiceIdentity(cluster.Value.ServiceId, cluster.Value.ClusterId);
            var wantsItAlone = options.Value.Sharing != GroupCommitSharing.ManyServices;
            using (var first = database.Open())
            {
                SqliteSchema.Verify(first, database.Path, applySchema);
                if (wantsItAlone)
                    SqliteIdentity.Verify(first, identity, database.Path);
            }

            // Now that it is known to be ours. What SQLite makes beside it gets the rights of the database.
            foreach (var file in (string[])["", "-wal", "-shm", ".lock"])
                PrivateFile.Tighten(database.Path + file);

            var connection = database.OpenForWriting();
            try
            {
                SqliteSchema.Upgrade(connection);
                if (wantsItAlone)
                    SqliteIdentity.Claim(connection, identity, database.Path);
                GroupCommitCrashPoints.SchemaApplied.Reach();
                var epoch = SqliteDatabase.Query(connection, "UPDATE meta SET value = value + 1 WHERE name = 'epoch' RETURNING value");
                IdsStartAfter = _lastOutboxId = long.Parse(epoch!, System.Globalization.CultureInfo.InvariantCulture) << BitsPerOpening;
                _writer = new SqliteWriter(connection);
                // A reader has a position before there is an event for it, so that no search has to begin at the first of all entries.
                foreach (var reader in readers ?? [])
                    _writer.Introduce(reader, IdsStartAfter);
            }
            catch
            {
                connection.Dispose();
                throw;
            }

            // SQLite removes the log with the last connection, and the writing one may have to be made anew. It opens the log with the first read.
            _anchor = database.OpenForReading();
            SqliteDatabase.Query(_anchor, "SELECT value FROM meta LIMIT 1");
            _files = DatabaseFiles.Of(database.Path, _anchor);
        }
        catch (SqliteException e)
        {
            Dispose();
            throw new GroupCommitStartException(SqliteErrors.Describe(e, database.Path).Message, e);
        }
        catch
        {
            Dispose();
            throw;
        }

        _database = database;
        return Task.CompletedTask;
    }

    public Task<StoreTime> ReadTime(CancellationToken cancellationToken)
    {
        using var connection = Opened.OpenForReading();
        var newest = SqliteDatabase.Query(connection, "SELECT value FROM meta WHERE name = 'clock'");
        return Task.FromResult(new StoreTime(
            Server: null,
            newest is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(newest, System.Globalization.CultureInfo.InvariantCulture))));
    }

    public void Remember(SteadyClock clock) => _clock = clock;

    public Task<bool[]> Commit(IReadOnlyList<WriteRequest> batch, CancellationToken cancellationToken)
    {
        _turn.Wait(CancellationToken.None);
        try
        {
            return CommitInTurn(batch);
        }
        finally
        {
            _turn.Release();
        }
    }

    private Task<bool[]> CommitInTurn(IReadOnlyList<WriteRequest> batch)
    {
        // Only against being closed meanwhile; there is one writer.
        using var scope = _writing.EnterScope();
        try
        {
            // Nothing more is lost than what was under way when they went. And a connection made anew would be to another file.
            VerifyFiles(static (files, all) => files.VerifyBeforeCommit(all), _filesAreGone || _writer is null);
        }
        catch (DatabaseFilesGoneException e)
        {
            return Task.FromException<bool[]>(new BatchRejectedException(e.Message, e, isOfOneMember: false));
        }

        try
        {
            // After broken I/O the connection was given up; a new one reads the log afresh.
            _writer ??= new SqliteWriter(Opened.OpenForWriting());
            var stored = _writer.Commit(batch, ref _lastOutboxId, _clock);
            // Before anybody is told: what went into a file that has no name any more is not stored.
            VerifyFiles(static (files, _) => files.VerifyCommitted(), all: true);
            return Task.FromResult(stored);
        }
        catch (DatabaseFilesGoneException e)
        {
            return Task.FromException<bool[]>(e);
        }
        catch (Exception e) when (_writer is not null && SqliteErrors.IsOfOneMember(e))
        {
            return Task.FromException<bool[]>(new BatchRejectedException($"The database refused a write: {e.Message}", e));
        }
        catch (Exception e)
        {
            _files?.CommitFailed();
            if (_writer is not null && !SqliteErrors.LeavesConnectionUsable(e))
            {
                _writer.Dispose();
                _writer = null;
            }

            return Task.FromException<bool[]>(SqliteErrors.Describe(e, options.Value.DatabasePath));
        }
    }

    public void Verify(RowId row)
    {
        if (!Utf16.IsValid(row.Kind) || !Utf16.IsValid(row.Key))
            throw new ArgumentException($"'{row.Kind}/{row.Key}' is no valid UTF-16, so no row can have this key.", nameof(row));
    }

    public Task<StoredRow?[]> Read(IReadOnlyList<RowId> rows, CancellationToken cancellationToken) =>
        WithReader(rows, static (reader, rows) => reader.Read(rows));

    public Task<IReadOnlyList<OutboxRow>> ReadOutbox(long afterId, int limit, CancellationToken cancellationToken) =>
        WithReader((afterId, limit), static (reader, page) => (IReadOnlyList<OutboxRow>)reader.ReadOutbox(page.afterId, page.limit));

    public Task<long> ReadPosition(string reader, CancellationToken cancellationToken) => WithReader(reader, static (from, reader) => from.ReadPosition(reader));

    public Task<IReadOnlyList<ScheduleRow>> ReadDue(DateTimeOffset now, int places, int inWork, CancellationToken cancellationToken) =>
        // Those in work are still due: without room for them they would fill the page.
        WithReader((now, limit: places + inWork), static (reader, page) => (IReadOnlyList<ScheduleRow>)reader.ReadDue(page.now, page.limit));

    public Task<IDialectSnapshot> OpenSnapshot(CancellationToken cancellationToken)
    {
        var connection = OpenReading();
        try
        {
            return Task.FromResult<IDialectSnapshot>(new SqliteSnapshot(connection));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        using var scope = _writing.EnterScope();
        _closed = true;
        while (_readers.TryTake(out var reader))
            reader.Dispose();

        _anchor?.Dispose();
        _anchor = null;
        // Last of the connections: closing it writes the log back into the file.
        _writer?.Dispose();
        _writer = null;
        _lock?.Dispose();
        _lock = null;
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void VerifyFiles(Action<DatabaseFiles, bool> verify, bool all)
    {
        if (_files is not { } files)
            return;

        _filesAreGone = true;
        verify(files, all);
        _filesAreGone = false;
        if (files.LogSize <= _warnAbove)
        {
            // Begins again only when it has been short for once.
            if (files.LogSize < LongLog / 2)
                _warnAbove = LongLog;

            return;
        }

        _warnAbove = files.LogSize * 2;
        LogIsLong(files.LogSize >> 20);
    }

    [LoggerMessage(1, LogLevel.Warning,
        "The write-ahead log of the database has {Size} MiB and grows: most likely somebody has been reading from the database all the while (a backup, a shell, a check of the books), " +
        "and until that ends no page of the log can be used again")]
    private partial void LogIsLong(long size);

    private SqliteDatabase Opened => _closed || _database is null
        ? throw new InvalidOperationException("The database is not open: it opens when the silo starts and closes when the silo has stopped.")
        : _database;
}
