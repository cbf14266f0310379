using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// Orleans' own way to keep a state, through the group commits: rows under the state's name and the grain's key, as
/// Microsoft.Orleans.Persistence.AdoNet stores them. The ETag is the row's version; a cleared state is a row with a version and no payload.
/// </summary>
internal sealed partial class GroupCommitGrainStorage(
    string name, GroupCommitGrainStorageOptions options, ICommitter committer, IActivatorProvider activators, ILogger<GroupCommitGrainStorage> logger)
    : IGrainStorage
{
    private readonly ConcurrentDictionary<string, GrainType> _typesByState = new();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var stored = await committer.Read(RowOf(stateName, grainId), cancellationToken).ConfigureAwait(false);
        var exists = stored is { Payload.Length: > 0 };
        var state = exists ? options.GrainStorageSerializer.Deserialize<T>(new BinaryData(stored!.Payload)) : default;
        grainState.State = state is null ? New<T>() : state;
        grainState.ETag = stored is null ? null : ETagOf(stored.Version);
        grainState.RecordExists = exists;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var payload = options.GrainStorageSerializer.Serialize(grainState.State).ToMemory();
        if (payload.IsEmpty)
        {
            throw new InvalidOperationException(
                $"The serializer of the grain storage '{name}' has written the state '{stateName}' of {grainId} as nothing at all, which is how a cleared state is stored.");
        }

        grainState.ETag = await Write("write", stateName, grainId, grainState.ETag, payload).ConfigureAwait(false);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!grainState.RecordExists && string.IsNullOrWhiteSpace(grainState.ETag))
        {
            await ReadStateAsync(stateName, grainId, grainState, cancellationToken).ConfigureAwait(false);
            if (!grainState.RecordExists)
                return;
        }

        // Without an ETag there is no row that could be cleared; written all the same, it would be a new one.
        if (string.IsNullOrWhiteSpace(grainState.ETag))
            throw Conflict("clear", stateName, grainId, grainState.ETag);

        grainState.ETag = await Write("clear", stateName, grainId, grainState.ETag, ReadOnlyMemory<byte>.Empty).ConfigureAwait(false);
        grainState.RecordExists = false;
        grainState.State = New<T>();
    }

    /// <summary>Waits to the end in any case: a write that is queued is made, and without its ETag the next one would be a conflict.</summary>
    /// <returns>The new ETag.</returns>
    private async Task<string> Write(string operation, string stateName, GrainId grainId, string? etag, ReadOnlyMemory<byte> payload)
    {
        var version = VersionOf(etag, stateName, grainId);
        var write = new GrainWrite(RowOf(stateName, grainId), version, payload, [], [], []);
        return await committer.Commit(write).ConfigureAwait(false) ? ETagOf(version + 1) : throw Conflict(operation, stateName, grainId, etag);
    }

    private InconsistentStateException Conflict(string operation, string stateName, GrainId grainId, string? etag) => new(
        $"The grain storage '{name}' could not {operation} the state '{stateName}' of {grainId}: what is stored is not of the ETag "
        + $"{(string.IsNullOrWhiteSpace(etag) ? "(none)" : etag)} any more, another activation has written.",
        storedEtag: null,
        currentEtag: etag);

    private T New<T>() => activators.GetActivator<T>().Create();

    private RowId RowOf(string stateName, GrainId grainId)
    {
        var state = StateName.Of(stateName);
        if (options.SeparateGrainTypes)
            return new($"{grainId.Type}/{state}", grainId.Key.ToString()!);

        var first = _typesByState.GetOrAdd(state, static (_, type) => type, grainId.Type);
        if (first != grainId.Type && _typesByState.TryAdd($"{grainId.Type}/{state}", grainId.Type))
            LogSharedName(name, first, grainId.Type, state);

        return new(state, grainId.Key.ToString()!);
    }

    private static string ETagOf(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static long VersionOf(string? etag, string stateName, GrainId grainId)
    {
        if (string.IsNullOrWhiteSpace(etag))
            return 0;

        return long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version is > 0 and < int.MaxValue
            ? version
            : throw new ArgumentException($"The state '{stateName}' of {grainId} has the ETag '{etag}', which is none of this storage's: they are whole numbers from 1.");
    }

    [LoggerMessage(1, LogLevel.Warning, "In the grain storage '{Name}' the grain types '{First}' and '{Second}' both keep a state named '{State}': where "
        + "their keys are equal, they share a row. Name them apart, or set SeparateGrainTypes before anything is stored")]
    private partial void LogSharedName(string name, GrainType first, GrainType second, string state);
}
