using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit.Scheduling;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// PostgreSQL: one connection writes, others read beside it. Calls wait on the caller's thread: the writer and the readers have their own. Any number
/// of processes share the database; rows belong to their service.
/// </summary>
internal sealed partial class PostgresDialect : IDialect, IDisposable
{
    // The owner's number goes into the upper bits of every id: 8 million openings, a million million ids in each.
    public const int BitsPerOwner = 40;

    private readonly ConcurrentBag<PostgresReader> _idle = [];
    private readonly Lock _writing = new();
    private readonly Lock _ending = new();
    private readonly GroupCommitOptions _options;
    private readonly PostgresConnections _connections;
    private readonly ServiceIdentity _identity;
    private readonly string _serviceId;
    private readonly string _silo;
    private readonly IReadOnlyList<string> _readers;
    private readonly ILogger _logger;
    private PostgresWriter? _writer;
    private PostgresSession? _broken;
    private PostgresOwners? _owners;
    private long _lastId;
    private volatile bool _opened;
    private volatile bool _closed;

    /// <param name="options">Where the database is.</param>
    /// <param name="cluster">Whose rows are meant.</param>
    /// <param name="silo">The address and generation of this process, under which others know it.</param>
    /// <param name="logger">Is told what a start waits for.</param>
    /// <param name="readers">The stream providers that deliver what is logged.</param>
    public PostgresDialect(
        IOptions<GroupCommitOptions> options, IOptions<ClusterOptions> cluster, string silo, ILogger<PostgresDialect>? logger = null,
        IReadOnlyList<string>? readers = null)
    {
        _options = options.Value;
        _connections = new PostgresConnections(_options);
        _identity = new ServiceIdentity(cluster.Value.ServiceId, cluster.Value.ClusterId);
        _serviceId = cluster.Value.ServiceId;
        _silo = silo;
        _readers = readers ?? [];
        _logger = logger ?? NullLogger<PostgresDialect>.Instance;
    }

    public long IdsStartAfter => IdsOf(Owners.Id).After;

    /// <summary>Who writes, and who has died.</summary>
    public PostgresOwners Owners => _owners ?? throw NotOpen();

    /// <summary>The writing connection: lets specs look at it and cause faults.</summary>
    internal NpgsqlConnection? Writer => _writer?.Connection;

    public async Task Open(bool applySchema, CancellationToken cancellationToken)
    {
        try
        {
            await WaitForDatabase(applySchema, cancellationToken).ConfigureAwait(false);
            // Before anything is written under this process's name.
            _writer = await OpenFirstWriter(cancellationToken).ConfigureAwait(false);
            _owners = PostgresOwners.Register(_connections.Pool, _serviceId, _silo, _readers);
            _lastId = IdsStartAfter;
            _opened = true;
        }
        catch (Exception e) when (PostgresErrors.IsOfDatabase(e))
        {
            Dispose();
            throw new GroupCommitStartException(PostgresErrors.Describe(e, _connections.Server).Message, e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Task<StoreTime> ReadTime(CancellationToken cancellationToken) => Task.Run(Owners.ReadTime, cancellationToken);

    public void Remember(SteadyClock clock) => Owners.Remember(clock);

    public Task<bool[]> Commit(IReadOnlyList<WriteRequest> batch, CancellationToken cancellationToken)
    {
        // Only against being closed meanwhile; there is one writer.
        using var scope = _writing.EnterScope();
        try
        {
            ThrowIfNotOpen();
            _writer ??= Reconnect();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or DatabaseInUseException)
        {
            return Task.FromException<bool[]>(new DatabaseAwayException(PostgresErrors.Describe(e, _connections.Server).Message, e));
        }

        try
        {
            return Task.FromResult(_writer.Commit(batch, ref _lastId));
        }
        catch (BatchRejectedException e)
        {
            return Task.FromException<bool[]>(e);
        }
        catch (Exception e) when (PostgresErrors.IsRolledBack(e))
        {
            if (PostgresErrors.IsOfConnection(e))
                GiveUp();

            return Task.FromException<bool[]>(
                new BatchRejectedException(PostgresErrors.Describe(e, _connections.Server).Message, e, PostgresErrors.IsOfOneMember(e)));
        }
        catch (Exception e)
        {
            GiveUp();
            return Task.FromException<bool[]>(PostgresErrors.Describe(e, _connections.Server));
        }
    }

    public void Verify(RowId row) => RowKey.Of(row);

    public Task<StoredRow?[]> Read(IReadOnlyList<RowId> rows, CancellationToken cancellationToken) =>
        WithReader(rows, static (reader, rows) => reader.Read(rows));

    public Task<IReadOnlyList<OutboxRow>> ReadOutbox(long afterId, int limit, CancellationToken cancellationToken)
    {
        // Only what this process wrote; what dead ones left comes by adoption.
        return WithReader(
            (Owner: Owners.Id, afterId, limit), static (reader, page) => (IReadOnlyList<OutboxRow>)reader.ReadOutbox(page.Owner, page.afterId, page.limit));
    }

    public Task<bool> AllLogTheirEvents(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                return Owners.AllLogTheirEvents();
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                throw PostgresErrors.Describe(e, _connections.Server);
            }
        },
        cancellationToken);

    /// <summary>What a dead process has left in its logs.</summary>
    public Task<IReadOnlyList<OutboxRow>> ReadLogs(long owner, long afterId, long lastId, int limit) => WithReader(
        (owner, afterId, lastId, limit), static (reader, page) => (IReadOnlyList<OutboxRow>)reader.ReadLogs(page.owner, page.afterId, page.lastId, page.limit));

    /// <summary>The ids that a process may give: those after the first and up to the last.</summary>
    public static (long After, long Last) IdsOf(long owner) => (owner << BitsPerOwner, (owner + 1) << BitsPerOwner);

    public Task<IReadOnlyList<ScheduleRow>> ReadDue(DateTimeOffset now, int places, int inWork, CancellationToken cancellationToken) => WithReader(
        (Owner: Owners.Id, now, Until: now + _options.ScheduleCallTimeout + Scheduler.SettleLimit, places),
        static (reader, claim) => (IReadOnlyList<ScheduleRow>)reader.ClaimDue(claim.Owner, claim.now, claim.Until, claim.places));

    public async Task<IDialectSnapshot> OpenSnapshot(CancellationToken cancellationToken)
    {
        ThrowIfNotOpen();
        NpgsqlConnection? connection = null;
        try
        {
            EndBrokenSession();
            connection = await _connections.Pool.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            return await PostgresSnapshot.Begin(connection, _serviceId, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);

            if (e is NpgsqlException or TimeoutException)
                throw PostgresErrors.Describe(e, _connections.Server);

            throw;
        }
    }

    public void Dispose()
    {
        using var scope = _writing.EnterScope();
        // The committer closes it when the silo stops, its container once more.
        if (_closed)
            return;

        _closed = true;
        while (_idle.TryTake(out var reader))
            reader.Dispose();

        _writer?.Dispose();
        _writer = null;
        _owners?.Dispose();
        _connections.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private PostgresWriter Reconnect()
    {
        EndBrokenSession();
        return OpenWriter();
    }

    private PostgresWriter OpenWriter()
    {
        var connection = _connections.OpenForWriting();
        try
        {
            ProcessLock.Take(connection, _serviceId, alone: _options.Sharing == GroupCommitSharing.OneProcess, _connections.Server);
            return new PostgresWriter(connection, _serviceId);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether the last batch was stored is not known, and it may be stored yet.</summary>
    private void GiveUp()
    {
        if (_writer is null)
            return;

        using (_ending.EnterScope())
            _broken = _writer.Session;

        _writer.Dispose();
        _writer = null;
    }

    private void EndBrokenSession()
    {
        // After a commit that ended ambiguously, before the next one and before anything is read: what it stored may be stored yet.
        using var scope = _ending.EnterScope();
        if (_broken is not { } session)
            return;

        using (var connection = _connections.OpenForReading())
            session.End(connection);

        _broken = null;
    }

    private void ThrowIfNotOpen()
    {
        if (_closed || !_opened)
            throw NotOpen();
    }

    private static InvalidOperationException NotOpen() =>
        new("The database is not open: it opens when the silo starts and closes when the silo has stopped.");

    private Task<TResult> WithReader<TArgument, TResult>(TArgument argument, Func<PostgresReader, TArgument, TResult> read)
    {
        PostgresReader? reader = null;
        try
        {
            ThrowIfNotOpen();
            EndBrokenSession();
            reader = _idle.TryTake(out var idle) ? idle : new PostgresReader(_connections.OpenForReading(), _serviceId);
            var result = read(reader, argument);
            _idle.Add(reader);
            if (_closed && _idle.TryTake(out var late))
                late.Dispose();

            return Task.FromResult(result);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            reader?.Dispose();
            // The others were cut by the same cause, most likely: each would fail a read before it is found out.
            while (!PostgresErrors.IsRolledBack(e) && _idle.TryTake(out var idle))
                idle.Dispose();

            return Task.FromException<TResult>(PostgresErrors.Describe(e, _connections.Server));
        }
        catch (Exception e)
        {
            reader?.Dispose();
            return Task.FromException<TResult>(e);
        }
    }
}
