using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Operations;

namespace Shop.StreamKeys;

/// <summary>Makes the first key when the first silo asks. Nobody is told of a key before it is durable.</summary>
[GrainType("stream-keys"), Reentrant]
internal sealed partial class StreamKeysGrain(
    [Durable] IDurable<StreamKeysState> keys, IGrainContext context, TimeProvider time, ILogger<StreamKeysGrain> log)
    : Grain(context), IStreamKeysGrain, IStreamKeySource
{
    public async Task<StreamKeyRing> Fetch(CancellationToken cancellationToken) => StreamKeysDecider.RingAt(await Current(), time.GetUtcNow());

    public async Task<ImmutableArray<StreamKeyView>> List() => StreamKeysDecider.ViewAt(await Current(), time.GetUtcNow());

    public async Task<ImmutableArray<StreamKeyView>> Rotate()
    {
        await Current();
        var now = time.GetUtcNow();
        var next = StreamKey.New(now);
        var after = StreamKeysDecider.Rotate(keys.State!, next, now);
        if (after != keys.State)
        {
            await keys.Commit(after);
            LogRotated(next.Id, now + StreamKeysDecider.SignsAfter);
        }

        await keys.ConfirmCurrent();
        return StreamKeysDecider.ViewAt(keys.DurableState!, now);
    }

    public async Task<ImmutableArray<StreamKeyView>> Revoke()
    {
        await Current();
        var now = time.GetUtcNow();
        var next = StreamKey.New(now);
        await keys.Commit(StreamKeysDecider.Begin(next));
        LogRevoked(next.Id);
        return StreamKeysDecider.ViewAt(keys.DurableState!, now);
    }

    private async Task<StreamKeysState> Current()
    {
        if (keys.State is null)
            await keys.Commit(StreamKeysDecider.Begin(StreamKey.New(time.GetUtcNow())));
        else
            await keys.WhenDurable();
        return keys.DurableState!;
    }

    [LoggerMessage(1, LogLevel.Information, "There is a new key for messages on the broker, {KeyId}; it signs from {SignsFrom:u} on.")]
    private partial void LogRotated(string keyId, DateTimeOffset signsFrom);

    [LoggerMessage(2, LogLevel.Warning, "All keys for messages on the broker were revoked except a new one, {KeyId}; what others have signed is checked against the books.")]
    private partial void LogRevoked(string keyId);
}

/// <summary>For silos; the grain is <see cref="IStreamKeysGrain"/>'s.</summary>
[Alias("shop.stream-key-source"), GrainInterfaceType("shop.stream-key-source")]
public interface IStreamKeySource : IGrainWithStringKey
{
    /// <summary>
    /// The keys of now, with their secrets. The token is not only for patience: what looks into grains calls methods that need no argument.
    /// </summary>
    [Alias("Fetch")]
    Task<StreamKeyRing> Fetch(CancellationToken cancellationToken);
}
