using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Health;

/// <inheritdoc cref="IGroupCommitHealth"/>
/// <param name="committer">The road that grains' writes take.</param>
/// <param name="key">Whose row it is: see <see cref="KeyOf"/>.</param>
/// <param name="time">Of what was found.</param>
/// <param name="logger">Gets what is not for everybody.</param>
internal sealed partial class CommitProbe(Committer committer, string key, TimeProvider time, ILogger<CommitProbe> logger) : IGroupCommitHealth
{
    /// <summary>Of the rows, entries and log that are nobody's but the probe's.</summary>
    public const string Kind = "groupcommit.probe";

    /// <summary>How long anybody waits. Whoever asks does not wait longer himself.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>How long what was found is told.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>How long a failed commit of a grain outweighs a probe that went well: it may have needed what the probe does not.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    private const int Attempts = 3;

    // Addresses come and go without end where each start gets a new one.
    private const int Keys = 64;

    // A version that no row has: whoever builds on it is refused after all its statements were run.
    private const long NoVersion = int.MaxValue - 1;

    // Some pages: on a disk that is full to the last one, a row still changes in place where the next order finds no room.
    private const int Room = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly RowId _row = new(Kind, key);
    private readonly byte[] _room = RandomNumberGenerator.GetBytes(Room); // Random: nothing compresses it.
    private Task<string?> _look = Task.FromResult<string?>(null);
    private long? _began, _ended;
    private string? _found;

    public async Task<string?> FindFault(CancellationToken cancellationToken = default)
    {
        if (!committer.IsOpen)
            return "the database is not open";

        if (committer.FailureWithin(Memory) is { } failure)
            return FaultSentence.Of(failure);

        Task<string?> look;
        TimeSpan left;
        lock (_gate)
        {
            if (_look.IsCompleted && (_ended is null || time.GetElapsedTime(_ended.Value) >= Freshness))
            {
                _began = time.GetTimestamp();
                // It outlives its first caller: no request context or activity of his belongs into it.
                using (ExecutionContext.SuppressFlow())
                    _look = Task.Run(Look, CancellationToken.None);
            }

            look = _look;
            left = Limit - time.GetElapsedTime(_began!.Value);
        }

        if (!look.IsCompleted && left <= TimeSpan.Zero)
            return Overdue();

        try
        {
            return await look.WaitAsync(left > TimeSpan.Zero ? left : Limit, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return Overdue();
        }
    }

    /// <summary>What is known of an outage says more than that it lasts.</summary>
    private string Overdue() => committer.Trouble is { } trouble ? FaultSentence.Of(trouble) : _found ?? FaultSentence.Late;

    private async Task<string?> Look()
    {
        string? found = null;
        try
        {
            await WriteAndRead().ConfigureAwait(false);
            if (_found is not null)
                LogWell();
        }
        catch (Exception e)
        {
            found = FaultSentence.Of(e);
            if (found != _found)
                LogFault(e, found);
        }

        lock (_gate)
        {
            _found = found;
            _ended = time.GetTimestamp();
        }

        return found;
    }

    private async Task WriteAndRead()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var version = (await committer.Read(_row, CancellationToken.None).ConfigureAwait(false))?.Version ?? 0;
            // One after the other: together, a lock that somebody holds would be waited for again and again until it is known whom it hits.
            if (!await committer.Commit(Write(version, _room)).ConfigureAwait(false))
                continue; // Somebody with the same key writes it, too.

            await committer.Commit(Write(version + 1, null)).ConfigureAwait(false);
            break;
        }

        await committer.Commit(Refused()).ConfigureAwait(false);
        await committer.Commit(new OutboxRemove([0])).ConfigureAwait(false);
        await committer.Commit(new LogAppend(Kind, [new LogRow(key, 0, ReadOnlyMemory<byte>.Empty)])).ConfigureAwait(false);
    }

    /// <summary>One of a few: a silo that starts anew at its address finds the row of before, and those that share one get along.</summary>
    /// <param name="address">Of the silo, without a generation.</param>
    public static string KeyOf(string address) => $"silos {SHA256.HashData(Encoding.UTF8.GetBytes(address))[0] % Keys}";

    /// <summary>Whether it is one of its own writes.</summary>
    public static bool Sends(WriteRequest request) => request is GrainWrite { Row.Kind: Kind } or LogAppend { Log: Kind } or OutboxRemove { Ids: [0] };

    /// <param name="version">That it builds on.</param>
    /// <param name="room">What is stored for a moment; null: it goes.</param>
    private GrainWrite Write(long version, ReadOnlyMemory<byte>? room) =>
        new(_row, version, ReadOnlyMemory<byte>.Empty, [new EntryWrite("room", "", room)], [], [new ScheduleWrite(Message, "", 0, null)]);

    /// <summary>What an order's commit carries, for a version that is not there: whether it might be stored shows, and none of it is.</summary>
    private GrainWrite Refused() => new(
        _row, NoVersion, ReadOnlyMemory<byte>.Empty, [new EntryWrite("room", "", Array.Empty<byte>())],
        [new OutboxRow(0, Kind, "", "", ReadOnlyMemory<byte>.Empty, time.GetUtcNow())], [new ScheduleWrite(Message, "", 0, time.GetUtcNow())]);

    private string Message => $"{Kind}/{key}";

    [LoggerMessage(1, LogLevel.Warning, "This silo is not ready: {Fault}")]
    private partial void LogFault(Exception error, string fault);

    [LoggerMessage(2, LogLevel.Information, "The database takes writes again")]
    private partial void LogWell();
}
